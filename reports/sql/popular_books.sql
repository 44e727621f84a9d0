-- Books ordered more than so many times in a period.
--
-- Ordered means placed and not called off: of orders neither cancelled nor expired, paid for or still to be paid, as
-- on collection, the copies that are not called off; dated by when the order was placed. Copies that came back were
-- wanted, too, and count. So this tells what people want; the other reports tell what they paid and kept.
--
--   orders             how many orders have the book in them
--   copies             how many copies those orders have of it, without those called off
--
-- Parameters
--   :from, :until      the period's first instant and the first one after it, in UTC
--   :sort              'orders' or 'copies': what is compared and sorted by
--   :more_than         only books with more than so many
-- In a MySQL client: SET @from = '2026-01-01 00:00:00', @until = '2026-02-01 00:00:00', @sort = 'orders',
-- @more_than = 10; then run what follows with @ for the colons.

SELECT *
FROM (
    SELECT
        b.isbn                        AS isbn,
        b.title                       AS title,
        b.byline                      AS byline,
        b.on_sale                     AS on_sale,
        COUNT(DISTINCT o.id)          AS orders,
        SUM(l.quantity - l.cancelled) AS copies
    FROM shop_order AS o
    JOIN shop_orderline AS l ON l.order_id = o.id
    JOIN shop_book AS b ON b.id = l.book_id
    WHERE o.placed_at >= :from
      AND o.placed_at < :until
      AND o.status IN ('placed', 'paid', 'part_dispatched', 'dispatched', 'delivered', 'returned')
      AND l.quantity > l.cancelled
    GROUP BY b.id, b.isbn, b.title, b.byline, b.on_sale
) AS books
WHERE CASE WHEN :sort = 'copies' THEN copies ELSE orders END > :more_than
ORDER BY
    CASE WHEN :sort = 'copies' THEN copies ELSE orders END DESC,
    CASE WHEN :sort = 'copies' THEN orders ELSE copies END DESC,
    title,
    isbn
