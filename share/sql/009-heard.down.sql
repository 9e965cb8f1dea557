DROP TABLE heard_row;
