-- What was sold in a period, and what was given back in it, in one row.
--
-- Sold are the orders that were paid and are not cancelled, dated by when they were paid, less what became of them
-- since, on whichever day: copies that were called off or came back, and money that was given back. So a period's
-- figures tell what its sales have come to, and go down when some of them are given back later. An order of which
-- neither copies nor money are left counts nowhere, as a cancelled one does.
-- Money counts as given back from when the shop decides so, although it may take some days to get there.
--
--   orders             how many orders
--   copies             of books in them, that customers have or will get
--   books              what those books cost when they were sold, with their share of a discount, less what was given
--                      back of it
--   delivery           what was charged for delivery and not given back
--   unnamed_...        the part sold to nobody in particular, at a till or on a marketplace, or to somebody whose
--                      account is erased
--   refunded           by its own days: the money that was given back in the period, for books, delivery, cancelled
--                      orders and payments made in error alike, whenever it had been paid. It is not to be taken from
--                      the other figures: they are less theirs already
--
-- Parameters
--   :from, :until      the period's first instant and the first one after it, in UTC
-- In a MySQL client: SET @from = '2026-01-01 00:00:00', @until = '2026-02-01 00:00:00';
-- then run what follows with @ for the colons.

SELECT
    COUNT(DISTINCT CASE WHEN sold.is_left = 1 OR sold.delivery > 0 THEN sold.id END)            AS orders,
    COALESCE(SUM(sold.copies), 0)                                                               AS copies,
    ROUND(COALESCE(SUM(sold.books), 0.00), 2)                                                   AS books,
    (
        SELECT ROUND(COALESCE(SUM(o.shipping - o.shipping_refunded), 0.00), 2)
        FROM shop_order AS o
        WHERE o.paid_at >= :from
          AND o.paid_at < :until
          AND o.status IN ('paid', 'part_dispatched', 'dispatched', 'delivered', 'returned')
    )                                                                                           AS delivery,
    COUNT(DISTINCT CASE WHEN sold.is_left = 1 AND sold.unnamed = 1 THEN sold.id END)            AS unnamed_orders,
    COALESCE(SUM(CASE WHEN sold.unnamed = 1 THEN sold.copies END), 0)                           AS unnamed_copies,
    ROUND(COALESCE(SUM(CASE WHEN sold.unnamed = 1 THEN sold.books END), 0.00), 2)               AS unnamed_books,
    (
        SELECT ROUND(COALESCE(SUM(r.amount), 0.00), 2)
        FROM shop_refund AS r
        WHERE r.created_at >= :from
          AND r.created_at < :until
    )                                                                                           AS refunded
FROM (
    SELECT
        o.id,
        ROUND(o.shipping - o.shipping_refunded, 2) AS delivery,
        CASE WHEN o.customer_id IS NULL AND o.email = '' THEN 1 ELSE 0 END AS unnamed,
        l.quantity - l.cancelled - l.returned AS copies,
        l.total - l.discount - l.refunded AS books,
        CASE
            WHEN l.quantity > l.cancelled + l.returned OR ROUND(l.total - l.discount - l.refunded, 2) > 0 THEN 1
            ELSE 0
        END AS is_left
    FROM shop_order AS o
    JOIN shop_orderline AS l ON l.order_id = o.id
    WHERE o.paid_at >= :from
      AND o.paid_at < :until
      AND o.status IN ('paid', 'part_dispatched', 'dispatched', 'delivered', 'returned')
) AS sold
