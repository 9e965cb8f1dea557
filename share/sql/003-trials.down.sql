DROP VIEW trials;
DROP TABLE trial_row;
