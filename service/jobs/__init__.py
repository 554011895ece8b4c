"""What runs in the background: sync, fan-out, delivery."""
