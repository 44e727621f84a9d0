-- What one customer bought in a period, line by line, latest order first.
--
-- Bought are the orders that were paid and are not cancelled, dated by when they were paid, less what became of them
-- since, on whichever day: copies that were called off or came back, and money that was given back. A line of which
-- neither copies nor money are left is left out.
-- The customer is whoever placed the order with the given number: an account, or the guest with its e-mail
-- address, in capitals or not.
--
--   copies             that the customer has, or will get
--   price              as it was when the book was sold
--   total              what the copies cost with their share of a discount, less what was given back of it; without
--                      delivery
--
-- Parameters
--   :from, :until      the period's first instant and the first one after it, in UTC
--   :customer          the number of any of the customer's orders, in the period or not
-- In a MySQL client: SET @from = '2026-01-01 00:00:00', @until = '2026-02-01 00:00:00';
-- then run what follows with @ for the colons, and the number, in quotes, for :customer.

SELECT
    o.paid_at       AS paid_at,
    o.number        AS number,
    l.isbn          AS isbn,
    l.title         AS title,
    l.quantity - l.cancelled - l.returned AS copies,
    ROUND(l.unit_price, 2) AS price,
    ROUND(l.total - l.discount - l.refunded, 2) AS total
FROM shop_order AS given
JOIN shop_order AS o
    ON o.customer_id = given.customer_id
    OR (
        given.customer_id IS NULL
        AND o.customer_id IS NULL
        AND HEX(LOWER(o.email)) = HEX(LOWER(given.email))
    )
JOIN shop_orderline AS l ON l.order_id = o.id
WHERE given.number = :customer
  AND o.paid_at >= :from
  AND o.paid_at < :until
  AND o.status IN ('paid', 'part_dispatched', 'dispatched', 'delivered', 'returned')
  AND (l.quantity > l.cancelled + l.returned OR ROUND(l.total - l.discount - l.refunded, 2) > 0)
ORDER BY o.paid_at DESC, o.id DESC, l.id
