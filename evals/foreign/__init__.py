"""Databases of other fields than a shop's, made up with a seed, and plain questions about them with their figures."""

from collections.abc import Callable

from evals.foreign.beekeeper import beekeeper
from evals.foreign.charity import charity
from evals.foreign.cleaners import cleaners
from evals.foreign.clinic import clinic
from evals.foreign.co_working import co_working
from evals.foreign.courier import courier
from evals.foreign.dance_school import dance_school
from evals.foreign.drivingschool import drivingschool
from evals.foreign.estate import estate
from evals.foreign.eventshire import eventshire
from evals.foreign.export import export
from evals.foreign.factory import factory
from evals.foreign.freight import freight
from evals.foreign.gym import gym
from evals.foreign.helpdesk import helpdesk
from evals.foreign.hotel import hotel
from evals.foreign.insurance import insurance
from evals.foreign.joinery import joinery
from evals.foreign.law_office import law_office
from evals.foreign.league import league
from evals.foreign.library import library
from evals.foreign.marina import marina
from evals.foreign.microbrewery import microbrewery
from evals.foreign.music import music
from evals.foreign.nursery import nursery
from evals.foreign.phone_repair import phone_repair
from evals.foreign.photo_studio import photo_studio
from evals.foreign.printshop import printshop
from evals.foreign.restaurant import restaurant
from evals.foreign.salon import salon
from evals.foreign.scrapyard import scrapyard
from evals.foreign.shelter import shelter
from evals.foreign.solar_installer import solar_installer
from evals.foreign.subscriptions import subscriptions
from evals.foreign.toolhire import toolhire
from evals.foreign.university import university
from evals.foreign.vetclinic import vetclinic
from evals.foreign.vineyard import vineyard
from evals.foreign.workshop import workshop
from evals.foreign.world import World

WORLDS = (
    clinic,
    freight,
    hotel,
    library,
    gym,
    subscriptions,
    charity,
    estate,
    factory,
    university,
    restaurant,
    league,
    workshop,
    export,
    music,
    insurance,
    salon,
    shelter,
    law_office,
    solar_installer,
    nursery,
    vineyard,
    marina,
    helpdesk,
    printshop,
    dance_school,
    beekeeper,
    phone_repair,
    cleaners,
    toolhire,
    photo_studio,
    microbrewery,
    drivingschool,
    eventshire,
    scrapyard,
    co_working,
    vetclinic,
    joinery,
)
"""In the order in which they were written."""

ASKED_ONCE: tuple[Callable[[], World], ...] = (courier,)
"""Those of which nothing was mended yet: what they came to is in `first_runs.jsonl`."""
