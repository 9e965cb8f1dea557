DROP VIEW receipts;
DROP TABLE receipt_row;
