"""规范与内容: the forms, texts, days off and extra visits in force, and what a center changes for its district."""
