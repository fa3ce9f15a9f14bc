"""Numerical methods on tensors and arrays; no physics."""
