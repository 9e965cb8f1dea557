DROP VIEW symbol_terms;
DROP TABLE symbol_term_row;
UPDATE candle_row SET is_validated = close_time IS NULL;
DROP VIEW receipts;
DROP TABLE receipt_row;
