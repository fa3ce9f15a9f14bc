import wilks_example

from wilks.testing.conformance import conformance

test_contract = conformance(wilks_example)
