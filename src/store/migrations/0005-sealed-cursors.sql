-- Pages that earlier versions kept hold the way to the next page in clear, and some platforms put a key in it. They only save work: the next
-- scan reads everything once more. TRUNCATE, so that nothing of them is left in the files of the table.
TRUNCATE scan_pages;
