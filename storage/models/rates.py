"""What currencies were worth: reference rates that an operator imported, the same for every tenant."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Micros, Unaudited


class ExchangeRate(Unaudited, Base):
    """What one euro was worth on a day of publication. It takes the place of the packaged rate of that day."""

    __tablename__ = "exchange_rates"

    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    per_euro_micros: Mapped[int] = mapped_column(Micros)
    """Units of the currency for one euro, in 10⁻⁶: the ECB publishes six decimals at most."""
