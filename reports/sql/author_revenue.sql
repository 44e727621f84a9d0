-- What books brought in a period, by those they are credited to: their authors, or where a book has none,
-- everybody who had a part in it.
--
-- Orders that were paid and are not cancelled, dated by when they were paid, less what became of them since, on
-- whichever day: copies that were called off or came back, and money that was given back. A line of which neither
-- copies nor money are left counts nowhere, as a cancelled order does.
-- When a book is sold, what its line costs is shared equally among its authors and kept to the penny
-- (shop_linecredit), and what is given back of it is taken from each share alike; so the revenue column sums to what
-- the books brought: period_figures.sql, books. Later edits of a book or its price change nothing.
-- A contributor who was deleted since keeps the name the credit was given to; HEX compares letter by letter,
-- where a collation would take é for e. Books credited to nobody have the name ''.
--
--   titles, copies     of editions they had a share in; a book by three counts for all three, so these don't sum
--   revenue            their share of what was paid for books and not given back, without delivery
--
-- Parameters
--   :from, :until      the period's first instant and the first one after it, in UTC
--   :sort              'revenue' or 'copies'
-- In a MySQL client: SET @from = '2026-01-01 00:00:00', @until = '2026-02-01 00:00:00', @sort = 'revenue';
-- then run what follows with @ for the colons.

SELECT *
FROM (
    SELECT
        c.contributor_id                          AS contributor_id,
        COALESCE(MAX(p.name), MAX(c.name))        AS author,
        COUNT(DISTINCT l.book_id)                 AS titles,
        SUM(l.quantity - l.cancelled - l.returned)  AS copies,
        ROUND(SUM(c.amount - c.refunded), 2)      AS revenue
    FROM shop_order AS o
    JOIN shop_orderline AS l ON l.order_id = o.id
    JOIN shop_linecredit AS c ON c.line_id = l.id
    LEFT JOIN shop_contributor AS p ON p.id = c.contributor_id
    WHERE o.paid_at >= :from
      AND o.paid_at < :until
      AND o.status IN ('paid', 'part_dispatched', 'dispatched', 'delivered', 'returned')
      AND (l.quantity > l.cancelled + l.returned OR ROUND(l.total - l.discount - l.refunded, 2) > 0)
    GROUP BY c.contributor_id, CASE WHEN c.contributor_id IS NULL THEN HEX(c.name) END
) AS authors
ORDER BY
    CASE WHEN :sort = 'copies' THEN copies ELSE revenue END DESC,
    CASE WHEN :sort = 'copies' THEN revenue ELSE copies END DESC,
    author,
    contributor_id
