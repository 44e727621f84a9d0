-- Customers by what they bought in a period.
--
-- Bought are the orders that were paid and are not cancelled, dated by when they were paid, less what became of them
-- since, on whichever day: copies that were called off or came back, and money that was given back. A line of which
-- neither copies nor money are left counts nowhere, and so does an order or a customer with no other.
-- An account is one customer; guests are one customer per e-mail address, in capitals or not. HEX compares
-- letter by letter, where a collation would take é for e.
-- Sales to nobody in particular (a till, a marketplace) are in period_figures.sql, which counts those orders, too, of
-- which nothing is left but a charge for delivery: so its orders may be more than these.
--
--   one_order          the number of one of their orders, which stands for the customer in addresses
--   copies             of any books, that the customer has or will get
--   spent              what the books cost when they were sold, with their share of a discount, less what was given
--                      back of it; without delivery
--
-- Parameters
--   :from, :until      the period's first instant and the first one after it, in UTC
--   :sort              'copies' or 'spent'
-- In a MySQL client: SET @from = '2026-01-01 00:00:00', @until = '2026-02-01 00:00:00', @sort = 'copies';
-- then run what follows with @ for the colons.

SELECT *
FROM (
    SELECT
        MIN(o.number)                                        AS one_order,
        COALESCE(MAX(u.name), '')                            AS name,
        COALESCE(MAX(u.email), MIN(LOWER(o.email)))          AS email,
        CASE WHEN o.customer_id IS NULL THEN 1 ELSE 0 END    AS is_guest,
        COUNT(DISTINCT o.id)                                 AS orders,
        SUM(l.quantity - l.cancelled - l.returned)           AS copies,
        ROUND(SUM(l.total - l.discount - l.refunded), 2)     AS spent
    FROM shop_order AS o
    JOIN shop_orderline AS l ON l.order_id = o.id
    LEFT JOIN shop_user AS u ON u.id = o.customer_id
    WHERE o.paid_at >= :from
      AND o.paid_at < :until
      AND o.status IN ('paid', 'part_dispatched', 'dispatched', 'delivered', 'returned')
      AND (l.quantity > l.cancelled + l.returned OR ROUND(l.total - l.discount - l.refunded, 2) > 0)
      AND (o.customer_id IS NOT NULL OR o.email <> '')
    GROUP BY o.customer_id, CASE WHEN o.customer_id IS NULL THEN HEX(LOWER(o.email)) END
) AS customers
ORDER BY
    CASE WHEN :sort = 'spent' THEN spent ELSE copies END DESC,
    CASE WHEN :sort = 'spent' THEN copies ELSE spent END DESC,
    email,
    is_guest
