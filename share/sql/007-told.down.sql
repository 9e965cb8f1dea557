DROP TABLE told_row;
