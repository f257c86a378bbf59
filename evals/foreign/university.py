"""A university: enrolments between students and courses with keys of two columns, grades, terms, a course that needs
another, deans and lecturers in one table, no dates but of a few things. Asked once before the draft had seen it."""

import random
from datetime import date

from evals.foreign.world import Asked, Row, World

TODAY = date(2025, 5, 20)

TABLES = {
    "faculty": "faculty_code TEXT PRIMARY KEY, faculty_name TEXT NOT NULL, dean_id INTEGER REFERENCES lecturer(lecturer_id), building TEXT",
    "lecturer": "lecturer_id INTEGER PRIMARY KEY, surname TEXT, given_name TEXT, title TEXT, faculty_code TEXT REFERENCES faculty(faculty_code), salary NUMERIC, hired DATE, full_time INTEGER",
    "student": "student_no INTEGER PRIMARY KEY, surname TEXT, given_name TEXT, sex TEXT, nationality TEXT, programme_id INTEGER REFERENCES programme(programme_id), enrolled_on DATE, graduated_on DATE, tuition_status TEXT, advisor_id INTEGER REFERENCES lecturer(lecturer_id)",
    "programme": "programme_id INTEGER PRIMARY KEY, programme_name TEXT, degree TEXT, faculty_code TEXT REFERENCES faculty(faculty_code), annual_fee NUMERIC",
    "course": "course_code TEXT PRIMARY KEY, course_title TEXT, credits INTEGER, level TEXT, faculty_code TEXT REFERENCES faculty(faculty_code), prerequisite_code TEXT REFERENCES course(course_code)",
    "term": "term_id TEXT PRIMARY KEY, starts DATE, ends DATE",
    "offering": "offering_id INTEGER PRIMARY KEY, course_code TEXT REFERENCES course(course_code), term_id TEXT REFERENCES term(term_id), lecturer_id INTEGER REFERENCES lecturer(lecturer_id), capacity INTEGER, room TEXT",
    "enrolment": "student_no INTEGER REFERENCES student(student_no), offering_id INTEGER REFERENCES offering(offering_id), grade NUMERIC, outcome TEXT, PRIMARY KEY (student_no, offering_id)",
    "fee_payment": "payment_ref TEXT PRIMARY KEY, student_no INTEGER REFERENCES student(student_no), paid_on DATE, amount NUMERIC, method TEXT",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    faculties = [{"faculty_code": c, "faculty_name": n, "dean_id": i, "building": b} for i, (c, n, b) in enumerate((("ENG", "Engineering", "North"), ("LAW", "Law", "Old"), ("MED", "Medicine", "South"), ("ART", "Arts", "Old")), 1)]  # fmt: skip
    codes = [f["faculty_code"] for f in faculties]
    lecturers: list[Row] = [{"lecturer_id": i, "surname": f"Prof{chr(65 + i)}", "given_name": draw.choice(("Ann", "Ben", "Cy")), "title": draw.choice(("Professor", "Senior lecturer", "Lecturer")), "faculty_code": codes[i % 4], "salary": 42000 + draw.randrange(0, 40000, 500), "hired": f"{draw.randint(1995, 2022)}-09-01", "full_time": int(draw.random() < 0.7)} for i in range(1, 25)]  # fmt: skip
    programmes: list[Row] = [{"programme_id": i, "programme_name": n, "degree": d, "faculty_code": f, "annual_fee": fee} for i, (n, d, f, fee) in enumerate((("Civil Engineering", "BSc", "ENG", 9000), ("Robotics", "MSc", "ENG", 12000), ("Law", "LLB", "LAW", 9250), ("Medicine", "MD", "MED", 15000), ("History", "BA", "ART", 8000), ("Fine Art", "BA", "ART", 8500)), 1)]  # fmt: skip
    students: list[Row] = []
    payments: list[Row] = []
    for i in range(1, 601):
        year = draw.randint(2020, 2024)
        done = f"{year + 3}-07-10" if year <= 2021 and draw.random() < 0.7 else None
        students.append({"student_no": 100000 + i, "surname": f"Surname{i}", "given_name": draw.choice(("Zoe", "Yan", "Xia", "Will")), "sex": draw.choice("FM"), "nationality": draw.choices(("British", "Chinese", "Nigerian", "German"), (6, 2, 1, 1))[0], "programme_id": draw.choices(range(1, 7), (4, 2, 3, 3, 2, 1))[0], "enrolled_on": f"{year}-09-{draw.randint(1, 28):02d}", "graduated_on": done, "tuition_status": draw.choices(("home", "overseas"), (7, 3))[0], "advisor_id": draw.randint(1, 24)})  # fmt: skip
        for _ in range(draw.randint(0, 4)):
            payments.append({"payment_ref": f"PAY{len(payments) + 1:05d}", "student_no": 100000 + i, "paid_on": f"{draw.randint(year, 2025)}-0{draw.randint(1, 4)}-{draw.randint(1, 28):02d}", "amount": draw.choice((1500, 3000, 4500, 9000)), "method": draw.choices(("card", "bank transfer", "loan company"), (2, 3, 4))[0]})  # fmt: skip
    courses: list[Row] = [{"course_code": f"{codes[i % 4]}{100 + i}", "course_title": f"{t}", "credits": draw.choice((10, 15, 20)), "level": ("undergraduate", "postgraduate")[i % 3 == 0], "faculty_code": codes[i % 4], "prerequisite_code": f"{codes[(i - 4) % 4]}{96 + i}" if i > 6 else None} for i, t in enumerate(("Statics", "Contract Law", "Anatomy", "Drawing", "Dynamics", "Tort", "Physiology", "Painting", "Control", "Evidence", "Surgery", "Sculpture"), 1)]  # fmt: skip
    terms = [{"term_id": f"{y}-{n}", "starts": f"{y}-{m}-15", "ends": f"{y}-{e}-10"} for y in (2022, 2023, 2024) for n, m, e in (("Spring", "01", "05"), ("Autumn", "09", "12"))]  # fmt: skip
    offerings: list[Row] = [{"offering_id": i, "course_code": draw.choice(courses)["course_code"], "term_id": draw.choice(terms)["term_id"], "lecturer_id": draw.randint(1, 24), "capacity": draw.choice((20, 40, 80)), "room": f"R{draw.randint(1, 12)}"} for i in range(1, 61)]  # fmt: skip
    enrolments: list[Row] = []
    for o in offerings:
        for s in draw.sample(students, draw.randint(8, 40)):
            outcome = draw.choices(("pass", "fail", "withdrawn"), (8, 1, 1))[0]
            enrolments.append({"student_no": s["student_no"], "offering_id": o["offering_id"], "grade": None if outcome == "withdrawn" else round(draw.uniform(40, 95) if outcome == "pass" else draw.uniform(10, 39), 1), "outcome": outcome})  # fmt: skip
    return {"faculty": faculties, "lecturer": lecturers, "student": students, "programme": programmes, "course": courses, "term": terms, "offering": offerings, "enrolment": enrolments, "fee_payment": payments}  # fmt: skip


_SP = "FROM student JOIN programme USING (programme_id)"
_EC = "FROM enrolment JOIN offering USING (offering_id) JOIN course USING (course_code)"

QUESTIONS = (
    Asked("how many students do we have", "SELECT count(*) FROM student"),
    Asked("students by programme", f"SELECT programme_name, count(*) {_SP} GROUP BY 1"),
    Asked("how many students study Robotics?", f"SELECT count(*) {_SP} WHERE programme_name = 'Robotics'"),
    Asked("how many students are from China", None),
    Asked("how many Chinese students are there", "SELECT count(*) FROM student WHERE nationality = 'Chinese'"),
    Asked("students by nationality", "SELECT nationality, count(*) FROM student GROUP BY 1"),
    Asked("number of students per faculty", f"SELECT faculty_name, count(*) {_SP} JOIN faculty USING (faculty_code) GROUP BY 1"),
    Asked("how many students enrolled in 2023", "SELECT count(*) FROM student WHERE enrolled_on LIKE '2023%'"),
    Asked("students enrolled per year", "SELECT substr(enrolled_on, 1, 4) || '-01-01', count(*) FROM student GROUP BY 1"),
    Asked("how many students graduated in 2024", "SELECT count(*) FROM student WHERE graduated_on LIKE '2024%'"),
    Asked("how many students have graduated", "SELECT count(*) FROM student WHERE graduated_on IS NOT NULL"),
    Asked("how many overseas students are in Medicine", f"SELECT count(*) {_SP} WHERE tuition_status = 'overseas' AND programme_name = 'Medicine'"),
    Asked("how many female students", "SELECT count(*) FROM student WHERE sex = 'F'"),
    Asked("students by sex", "SELECT sex, count(*) FROM student GROUP BY 1"),
    Asked("average grade", "SELECT avg(grade) FROM enrolment"),
    Asked("average grade by course", f"SELECT course_title, avg(grade) {_EC} GROUP BY 1"),
    Asked("average grade in Anatomy", f"SELECT avg(grade) {_EC} WHERE course_title = 'Anatomy'"),
    Asked("which course has the lowest average grade", f"SELECT course_title, avg(grade) {_EC} GROUP BY 1 ORDER BY 2 LIMIT 1"),
    Asked("how many enrolments failed", "SELECT count(*) FROM enrolment WHERE outcome = 'fail'"),
    Asked("enrolments by outcome", "SELECT outcome, count(*) FROM enrolment GROUP BY 1"),
    Asked("enrolments per course", f"SELECT course_title, count(*) {_EC} GROUP BY 1"),
    Asked("how many enrolments in Spring 2024", None),
    Asked("how many courses are there per faculty", "SELECT faculty_name, count(*) FROM course JOIN faculty USING (faculty_code) GROUP BY 1"),
    Asked("how many postgraduate courses do we offer", "SELECT count(*) FROM course WHERE level = 'postgraduate'"),
    Asked("average credits per course", "SELECT avg(credits) FROM course"),
    Asked("how many lecturers are there", "SELECT count(*) FROM lecturer"),
    Asked("lecturers by title", "SELECT title, count(*) FROM lecturer GROUP BY 1"),
    Asked("how many professors work in the Law faculty", "SELECT count(*) FROM lecturer WHERE title = 'Professor' AND faculty_code = 'LAW'"),
    Asked("average salary of lecturers", "SELECT avg(salary) FROM lecturer"),
    Asked("average salary by faculty", "SELECT faculty_name, avg(salary) FROM lecturer JOIN faculty USING (faculty_code) GROUP BY 1"),
    Asked("how many full time lecturers", "SELECT count(*) FROM lecturer WHERE full_time = 1"),
    Asked("how many lecturers were hired in 2020", "SELECT count(*) FROM lecturer WHERE hired LIKE '2020%'"),
    Asked("total fee payments in 2024", "SELECT sum(amount) FROM fee_payment WHERE paid_on LIKE '2024%'"),
    Asked("how much in fees was paid by card", "SELECT sum(amount) FROM fee_payment WHERE method = 'card'"),
    Asked("payment amount by method", "SELECT method, sum(amount) FROM fee_payment GROUP BY 1"),
    Asked("payment amount by programme in 2024", "SELECT programme_name, sum(amount) FROM fee_payment JOIN student USING (student_no) JOIN programme USING (programme_id) WHERE paid_on LIKE '2024%' GROUP BY 1"),
    Asked("average annual fee by degree", "SELECT degree, avg(annual_fee) FROM programme GROUP BY 1"),
    Asked("total capacity of offerings by term", "SELECT term_id, sum(capacity) FROM offering GROUP BY 1"),
    Asked("how many offerings did each lecturer give", "SELECT given_name || ' ' || surname, count(*) FROM offering JOIN lecturer USING (lecturer_id) GROUP BY lecturer_id"),
    Asked("top 5 programmes by number of students", f"SELECT programme_name, count(*) {_SP} GROUP BY 1 ORDER BY 2 DESC LIMIT 5"),
    Asked("students without an advisor", "SELECT count(*) FROM student WHERE advisor_id IS NULL"),
    Asked("how many parking permits are there", None),
    Asked("dropout rate by programme", None),
)  # fmt: skip


def university(seed: int = 46) -> World:
    """The university with its questions."""
    return World("University", TODAY, TABLES, _rows(seed), QUESTIONS)
