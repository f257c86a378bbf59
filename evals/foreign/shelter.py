"""An animal shelter with a vet's desk: camel case and short words mixed, two names for one thing in two tables, weights and
ages, an outcome with its own date, fees and donations beside each other, foster homes that are people as adopters are.
Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2022, 5, 1), date(2025, 9, 30), date(2025, 10, 6)

TABLES = {
    "AnimalType": "typeId INTEGER PRIMARY KEY, typeName TEXT",
    "Animal": "animalId INTEGER PRIMARY KEY, animalName TEXT, typeId INTEGER REFERENCES AnimalType(typeId), breed TEXT, sex TEXT, weightKg REAL, ageMonths INTEGER, intakeDate TEXT, intakeReason TEXT, isNeutered INTEGER, kennelNo TEXT",
    "Person": "personId INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, town TEXT, registeredOn TEXT",
    "Adoption": "adoptionId INTEGER PRIMARY KEY, animalId INTEGER REFERENCES Animal(animalId), adopterId INTEGER REFERENCES Person(personId), adoptionDate TEXT, adoptionFee REAL, returnedDate TEXT, followUpDone TEXT",
    "FosterStay": "stayId INTEGER PRIMARY KEY, animalId INTEGER REFERENCES Animal(animalId), fosterId INTEGER REFERENCES Person(personId), startDate TEXT, endDate TEXT",
    "Treatment": "treatmentId INTEGER PRIMARY KEY, animalId INTEGER REFERENCES Animal(animalId), treatmentType TEXT, vetName TEXT, treatedOn TEXT, cost REAL",
    "Donation": "donationId INTEGER PRIMARY KEY, donorId INTEGER REFERENCES Person(personId), donatedOn TEXT, amount REAL, isRecurring INTEGER, channel TEXT",
    "Supply": "supplyId INTEGER PRIMARY KEY, supplyName TEXT, category TEXT, quantityInStock INTEGER, unitCost REAL",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    kinds = [{"typeId": i, "typeName": n} for i, n in enumerate(("Dog", "Cat", "Rabbit"), 1)]
    people: list[Row] = [{"personId": i, "firstName": draw.choice(("Ola", "Per", "Siv", "Tor")), "lastName": f"Lund {i}", "town": draw.choice(("Bergen", "Voss", "Odda")), "registeredOn": (_FIRST + timedelta(days=draw.randint(0, span))).isoformat()} for i in range(1, 301)]  # fmt: skip
    animals: list[Row] = []
    adoptions: list[Row] = []
    stays: list[Row] = []
    treatments: list[Row] = []
    for i in range(1, 901):
        came, kind = _FIRST + timedelta(days=draw.randint(0, span)), draw.choices((1, 2, 3), (4, 5, 1))[0]
        animals.append({"animalId": i, "animalName": f"Pet {i}", "typeId": kind, "breed": draw.choice((("Labrador", "Terrier", "Mixed breed"), ("Siamese", "Persian", "Shorthair"), ("Dwarf", "Lop"))[kind - 1]), "sex": draw.choice(("male", "female")), "weightKg": round(draw.uniform(1, 30), 1), "ageMonths": draw.randint(1, 150), "intakeDate": came.isoformat(), "intakeReason": draw.choices(("Stray", "Surrendered", "Seized"), (5, 4, 1))[0], "isNeutered": int(draw.random() < 0.6), "kennelNo": f"K{draw.randint(1, 60)}"})  # fmt: skip
        gone = came + timedelta(days=draw.randint(5, 120))
        if draw.random() < 0.6 and gone <= _LAST:
            back = gone + timedelta(days=draw.randint(3, 60)) if draw.random() < 0.07 else None
            adoptions.append({"adoptionId": len(adoptions) + 1, "animalId": i, "adopterId": draw.randint(1, 300), "adoptionDate": gone.isoformat(), "adoptionFee": (250.0, 120.0, 40.0)[kind - 1], "returnedDate": back.isoformat() if back and back <= _LAST else None, "followUpDone": draw.choice(("yes", "no"))})  # fmt: skip
        if draw.random() < 0.2:
            stays.append({"stayId": len(stays) + 1, "animalId": i, "fosterId": draw.randint(1, 300), "startDate": came.isoformat(), "endDate": min(gone, _LAST).isoformat()})  # fmt: skip
        for _ in range(draw.randint(0, 3)):
            what = draw.choice(("Vaccination", "Neutering", "Dental", "Check-up"))
            on = min(came + timedelta(days=draw.randint(0, 30)), _LAST)
            treatments.append({"treatmentId": len(treatments) + 1, "animalId": i, "treatmentType": what, "vetName": draw.choice(("Dr Aas", "Dr Berg", "Dr Dahl")), "treatedOn": on.isoformat(), "cost": round(draw.uniform(15, 240), 2)})  # fmt: skip
    gifts: list[Row] = [{"donationId": i, "donorId": draw.randint(1, 300), "donatedOn": (_FIRST + timedelta(days=draw.randint(0, span))).isoformat(), "amount": float(draw.choice((10, 20, 50, 100, 500))), "isRecurring": int(draw.random() < 0.4), "channel": draw.choice(("Website", "Bank transfer", "Cash box"))} for i in range(1, 1301)]  # fmt: skip
    supplies = [{"supplyId": i, "supplyName": n, "category": c, "quantityInStock": 12 * i, "unitCost": 3.5 * i} for i, (n, c) in enumerate((("Dry dog food", "Food"), ("Cat litter", "Hygiene"), ("Hay", "Food"), ("Blankets", "Bedding")), 1)]  # fmt: skip
    return {"AnimalType": kinds, "Animal": animals, "Person": people, "Adoption": adoptions, "FosterStay": stays, "Treatment": treatments, "Donation": gifts, "Supply": supplies}  # fmt: skip


_AT = "FROM Animal a JOIN AnimalType t USING (typeId)"
_AD = "FROM Adoption d JOIN Animal a USING (animalId) JOIN AnimalType t USING (typeId)"
_TR = "FROM Treatment r JOIN Animal a USING (animalId) JOIN AnimalType t USING (typeId)"

QUESTIONS = (
    Asked("how many animals came in during 2024", "SELECT count(*) FROM Animal WHERE intakeDate LIKE '2024%'"),
    Asked("animals by animal type", f"SELECT typeName, count(*) {_AT} GROUP BY 1"),
    Asked("how many dogs do we have", f"SELECT count(*) {_AT} WHERE typeName = 'Dog'"),
    Asked("how many cats came in last month", f"SELECT count(*) {_AT} WHERE typeName = 'Cat' AND intakeDate LIKE '2025-09%'"),
    Asked("animals by intake reason", "SELECT intakeReason, count(*) FROM Animal GROUP BY 1"),
    Asked("how many stray animals in 2025", "SELECT count(*) FROM Animal WHERE intakeReason = 'Stray' AND intakeDate LIKE '2025%'"),
    Asked("animals by breed", "SELECT breed, count(*) FROM Animal GROUP BY 1"),
    Asked("average weight of dogs", f"SELECT avg(weightKg) {_AT} WHERE typeName = 'Dog'"),
    Asked("average age by animal type", f"SELECT typeName, avg(ageMonths) {_AT} GROUP BY 1"),
    Asked("how many neutered cats", f"SELECT count(*) {_AT} WHERE typeName = 'Cat' AND isNeutered = 1"),
    Asked("how many female rabbits", f"SELECT count(*) {_AT} WHERE typeName = 'Rabbit' AND sex = 'female'"),
    Asked("how many adoptions in 2024", "SELECT count(*) FROM Adoption WHERE adoptionDate LIKE '2024%'"),
    Asked("adoptions per month in 2025", "SELECT substr(adoptionDate, 1, 7) || '-01', count(*) FROM Adoption WHERE adoptionDate LIKE '2025%' GROUP BY 1"),
    Asked("adoptions by animal type", f"SELECT typeName, count(*) {_AD} GROUP BY 1"),
    Asked("how many dogs were adopted in 2024", f"SELECT count(*) {_AD} WHERE typeName = 'Dog' AND adoptionDate LIKE '2024%'"),
    Asked("total adoption fees in 2024", "SELECT sum(adoptionFee) FROM Adoption WHERE adoptionDate LIKE '2024%'"),
    Asked("average adoption fee by breed", "SELECT breed, avg(adoptionFee) FROM Adoption JOIN Animal USING (animalId) GROUP BY 1"),
    Asked("how many adoptions were returned", "SELECT count(*) FROM Adoption WHERE returnedDate IS NOT NULL"),
    Asked("adoptions returned in 2025", "SELECT count(*) FROM Adoption WHERE returnedDate LIKE '2025%'"),
    Asked("how many adoptions had a follow up done", "SELECT count(*) FROM Adoption WHERE followUpDone = 'yes'"),
    Asked("adoptions by town of the adopter", "SELECT town, count(*) FROM Adoption JOIN Person ON personId = adopterId GROUP BY 1"),
    Asked("treatments by treatment type", "SELECT treatmentType, count(*) FROM Treatment GROUP BY 1"),
    Asked("how many vaccinations in 2025", "SELECT count(*) FROM Treatment WHERE treatmentType = 'Vaccination' AND treatedOn LIKE '2025%'"),
    Asked("total treatment cost by vet", "SELECT vetName, sum(cost) FROM Treatment GROUP BY 1"),
    Asked("treatment cost per month in 2024", "SELECT substr(treatedOn, 1, 7) || '-01', sum(cost) FROM Treatment WHERE treatedOn LIKE '2024%' GROUP BY 1"),
    Asked("average treatment cost of cats", f"SELECT avg(cost) {_TR} WHERE typeName = 'Cat'"),
    Asked("which vet did the most treatments in 2024", "SELECT vetName, count(*) FROM Treatment WHERE treatedOn LIKE '2024%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("total donations in 2024", "SELECT sum(amount) FROM Donation WHERE donatedOn LIKE '2024%'"),
    Asked("how much money was donated in august 2025", "SELECT sum(amount) FROM Donation WHERE donatedOn LIKE '2025-08%'"),
    Asked("donation amount by channel", "SELECT channel, sum(amount) FROM Donation GROUP BY 1"),
    Asked("how many recurring donations", "SELECT count(*) FROM Donation WHERE isRecurring = 1"),
    Asked("average donation amount", "SELECT avg(amount) FROM Donation"),
    Asked("top 3 donors by donation amount", "SELECT firstName || ' ' || lastName, sum(amount) FROM Donation JOIN Person ON personId = donorId GROUP BY personId ORDER BY 2 DESC LIMIT 3"),
    Asked("how many people registered in 2024", "SELECT count(*) FROM Person WHERE registeredOn LIKE '2024%'"),
    Asked("people by town", "SELECT town, count(*) FROM Person GROUP BY 1"),
    Asked("how many foster stays started in 2024", "SELECT count(*) FROM FosterStay WHERE startDate LIKE '2024%'"),
    Asked("foster stays by animal type", "SELECT typeName, count(*) FROM FosterStay JOIN Animal a USING (animalId) JOIN AnimalType t USING (typeId) GROUP BY 1"),
    Asked("total quantity in stock by category", "SELECT category, sum(quantityInStock) FROM Supply GROUP BY 1"),
    Asked("average unit cost of food supplies", "SELECT avg(unitCost) FROM Supply WHERE category = 'Food'"),
    Asked("how many animals are still here", None),
    Asked("average length of stay", None),
    Asked("how many volunteers do we have", None),
    Asked("revenue in 2024", None),
)  # fmt: skip


def shelter(seed: int = 54) -> World:
    """The shelter with its questions."""
    return World("Shelter", TODAY, TABLES, _rows(seed), QUESTIONS)
