"""What people see: the only package that imports Qt."""
