DROP VIEW order_steps;
DROP TABLE live_state_row;
DROP TABLE block_row;
DROP TABLE baseline_row;
DROP TABLE wire_step_row;
DROP TABLE wire_row;
