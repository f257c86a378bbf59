"""The words that the small business is made of; accents, emoji, right-to-left and control characters on purpose."""

CUSTOMERS: tuple[tuple[str, str, str | None, str, str, str | None, str, str, str], ...] = (
    ("Zoë", "Müller-Lüdenscheidt", "Müller & Söhne GmbH", "Königstraße 1a", "Köln", None, "50667", "DE", "EUR"),
    ("José", "Núñez", None, "Calle de la Ñ 7, 2º", "Málaga", "Andalucía", "29001", "ES", "EUR"),
    ("美咲", "田中", "株式会社田中", "銀座4-1", "東京", "東京都", "104-0061", "JP", "JPY"),
    ("نورة", "الصباح", "شركة الصباح", "شارع الخليج 12", "الكويت", None, "13001", "KW", "KWD"),
    ("Bob 🎉", "O'Brien", 'O"Brien, Sons & <Co>', "1 Main St\tApt 4", "Springfield", "IL", "62701", "US", "USD"),
    ("Anne-Marie", "Lefèvre", None, "12 rue de l’Église", "Orléans", None, "45000", "FR", "EUR"),
    ("Łukasz", "Żółć", "Żółć sp. z o.o.", "ul. Święta 3", "Łódź", None, "90-001", "PL", "EUR"),
    ("Ada", "Kent", None, "5 Elm Street", "Portland", "OR", "97201", "US", "USD"),
    ("Null", "None", "undefined", "0 NaN Road", "Nowhere", "TX", "00000", "US", "USD"),
    ("Sam\x1f", "Unit\x0bSeparator", None, "2 Control\x02Lane", "Austin", "TX", "73301", "US", "USD"),
    ("健", "佐藤", None, "心斎橋筋2-5", "大阪", "大阪府", "542-0085", "JP", "JPY"),
    ("Fatima", "Al-Mutairi", None, "Block 4, Street 2", "Hawalli", None, "32001", "KW", "KWD"),
)
"""First and last name, company, street, city, region, postcode, country, currency."""

PRODUCTS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Café crème ☕", "Coffee", "Rösthaus", (("250 g", "6.90"), ("1 kg", "22.50"))),
    ("Espresso „Nero“", "Coffee", "Rösthaus", (("250 g", "7.45"), ("1 kg", "24.00"))),
    ("Grüner Tee / 緑茶", "Tea", "Kaze", (("100 g", "9.95"),)),
    ("Mug, blue", "Ware", "Kaze", (("Small", "8.00"), ("Large", "12.00"))),
    ("Filter papers #4", "Ware", "Tropf", (("100 pcs", "3.35"),)),
    ("Grinder “Mill&Co”", "Machines", "Mill&Co", (("Black", "89.00"), ("Steel", "99.90"))),
    ("Gift card", "Gift", "House", (("25", "25.00"), ("50", "50.00"))),
    ("Free sample", "Gift", "House", (("One", "0.00"),)),
    ("Beans by weight", "Coffee", "Rösthaus", (("per kg", "19.99"),)),
    ("Old kettle (discontinued)", "Machines", "Mill&Co", (("1.2 l", "45.00"),)),
    ("Chocolate — 70 %", "Food", "Cacao", (("80 g", "3.10"), ("5 × 80 g", "14.20"))),
    ("Cleaning tabs", "Ware", "Tropf", (("10 pcs", "5.55"),)),
)
"""Title, category, brand, and the variants with their prices in euros."""

SUPPLIERS = ("Rösthaus Import AG", "Kaze 株式会社", "Papier & Cie", "City Power Ltd")

COMPANIES = (
    ("Müller & Söhne GmbH", "mueller-soehne.example", "Köln", "DE", "HOSPITALITY"),
    ("株式会社田中", "tanaka.example", "東京", "JP", "RETAIL"),
    ("شركة الصباح", "alsabah.example", "الكويت", "KW", "RETAIL"),
    ('O"Brien, Sons & <Co>', "obrien.example", "Springfield", "US", "RESTAURANTS"),
    ("Café Central", "cafe-central.example", "Wien", "AT", "RESTAURANTS"),
)

SUBJECTS = (
    "Re: order 1042 — où est mon colis?",
    "Invoice overdue ⏰",
    "見積もりのお願い",
    "Lunch?",
    "",
    "Complaint: broken mug",
    "Wholesale prices for 2027",
    "Fwd: Fwd: Re: delivery window",
)

EVENTS = ("Tasting ☕ with Müller", "Stock taking", "Call: 田中さん", "Closed (holiday)", "Supplier review", "")

OWNER = ("Ola Owner", "owner@roastery.example")
