"""Files that other engines read and write: GML (Topology Zoo) and SNDlib native. Standard library only."""
