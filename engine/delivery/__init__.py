"""What film, broadcast, games and mobile ask for, and keys reduced to it with the timing of closures and peaks kept.

reduced = reduce_keys(curves, binding, keys, contacts, Grid(24.0), delivery_of("mobile"))
print("\\n".join(reduced.savings.lines()))
"""

from .profile import Delivery, delivery_of, load_deliveries
from .reducing import Reduced, reduce_keys
from .savings import Savings

__all__ = ["Delivery", "Reduced", "Savings", "delivery_of", "load_deliveries", "reduce_keys"]
