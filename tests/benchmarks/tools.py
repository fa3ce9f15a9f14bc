"""The tools that are compared."""

from __future__ import annotations

from tests.benchmarks.case import Tool

_ALL = (
    Tool(key="wilks", package="wilks", adapter="wilks_adapter"),
    Tool(
        key="wilks-newton", package="wilks", detail="Newton", adapter="wilks_adapter", options={"minimizer": "newton"}
    ),
    Tool(
        key="wilks-minuit", package="wilks", detail="Minuit", adapter="wilks_adapter", options={"minimizer": "minuit"}
    ),
    Tool(key="zfit", package="zfit", environment="zfit", adapter="zfit_adapter", options={"gradient": False}),
    Tool(
        key="zfit-gradient",
        package="zfit",
        detail="automatic gradient",
        environment="zfit",
        adapter="zfit_adapter",
        options={"gradient": True},
    ),
    Tool(key="roofit", package="RooFit", environment="root", adapter="roofit_adapter"),
    Tool(key="iminuit", package="iminuit", detail="numba-stats", environment="zfit", adapter="iminuit_adapter"),
    Tool(
        key="xla",
        package="TensorFlow",
        detail="XLA by hand, 2 shards",
        environment="zfit",
        adapter="xla_adapter",
        options={"shards": 2},
    ),
)

TOOLS = {tool.key: tool for tool in _ALL}
