-- What was sold in a period, in one row.
--
-- Sold means paid for and not called off: orders that are paid or dispatched, dated by when they were paid.
-- An order cancelled after payment is paid back, and counts nowhere from then on.
--
--   orders, copies     how many orders, and copies of books in them
--   books              what those books cost when they were sold
--   delivery           what was charged for delivery
--   unnamed_...        the part sold to nobody in particular, at a till or on a marketplace, or to somebody whose
--                      account is erased
--
-- Parameters
--   :from, :until      the period's first instant and the first one after it, in UTC
-- In a MySQL client: SET @from = '2026-01-01 00:00:00', @until = '2026-02-01 00:00:00';
-- then run what follows with @ for the colons.

SELECT
    COUNT(*)                                                              AS orders,
    COALESCE(SUM(sold.copies), 0)                                         AS copies,
    ROUND(COALESCE(SUM(sold.books), 0.00), 2)                             AS books,
    ROUND(COALESCE(SUM(sold.shipping), 0.00), 2)                          AS delivery,
    COUNT(CASE WHEN sold.unnamed = 1 THEN 1 END)                          AS unnamed_orders,
    COALESCE(SUM(CASE WHEN sold.unnamed = 1 THEN sold.copies END), 0)     AS unnamed_copies,
    ROUND(COALESCE(SUM(CASE WHEN sold.unnamed = 1 THEN sold.books END), 0.00), 2) AS unnamed_books
FROM (
    SELECT
        o.id,
        o.shipping,
        CASE WHEN o.customer_id IS NULL AND o.email = '' THEN 1 ELSE 0 END AS unnamed,
        SUM(l.quantity) AS copies,
        SUM(l.total) AS books
    FROM shop_order AS o
    JOIN shop_orderline AS l ON l.order_id = o.id
    WHERE o.paid_at >= :from
      AND o.paid_at < :until
      AND o.status IN ('paid', 'dispatched')
    GROUP BY o.id, o.shipping, o.customer_id, o.email
) AS sold
