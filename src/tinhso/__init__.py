"""Tỉnh Số: the open platform on which a province keeps its digital promises."""
