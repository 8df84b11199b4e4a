"""What pages take from people, checked."""
