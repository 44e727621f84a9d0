"""Stock in the admin: what is there, what came and went, who waits for copies, what must be restocked."""

from .alerts import RestockAlertAdmin
from .backorders import BackorderAdmin
from .movements import StockMovementAdmin
from .stock import StockAdmin

__all__ = ["BackorderAdmin", "RestockAlertAdmin", "StockAdmin", "StockMovementAdmin"]
