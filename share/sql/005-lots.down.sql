DROP VIEW lots;
DROP TABLE lot_row;
