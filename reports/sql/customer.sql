-- Who placed an order: one row, or none where no order has that number or nobody in particular placed it.
--
-- Parameters
--   :customer          an order's number
-- In a MySQL client: run what follows with the number, in quotes, for :customer.

SELECT
    COALESCE(u.name, '')                                 AS name,
    COALESCE(u.email, LOWER(o.email))                    AS email,
    CASE WHEN o.customer_id IS NULL THEN 1 ELSE 0 END    AS is_guest
FROM shop_order AS o
LEFT JOIN shop_user AS u ON u.id = o.customer_id
WHERE o.number = :customer
  AND (o.customer_id IS NOT NULL OR o.email <> '')
