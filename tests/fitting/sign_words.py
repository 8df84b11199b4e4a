"""What stands on the drawn signs: words of shops, hours, warnings, menus, and names of streets.

ml.geolocation does not read this list, and its own lists hold next to none of these words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language on signs. countries: where the signs of the set stand, a code as often as it is
    to be drawn. price: with {} for the number. phones, domains: by country."""

    language: str
    script: str
    countries: str
    shops: tuple[str, ...]
    others: tuple[str, ...]
    streets: tuple[str, ...]


def tongue(code: str, script: str, countries: str, shops: str, others: str, streets: str) -> Tongue:
    parts = (tuple(one.strip() for one in many.split("|")) for many in (shops, others, streets))
    return Tongue(code, script, countries, *parts)


TONGUES = (
    tongue("de", "latin", "DE DE DE AT CH",
           "Bäckerei Huber|Metzgerei Vogt|Schuhmacher|Reinigung und Wäscherei|Blumenladen",
           "Montag bis Freitag geöffnet|Vorsicht, bissiger Hund|Heute Ruhetag|Betreten verboten",
           "Hinter den Gärten 4|Am Mühlbach 12|Zum Eulenspiegel 3"),
    tongue("fr", "latin", "FR FR FR BE CA SN",
           "Boulangerie du Coin|Cordonnerie|Quincaillerie Moreau|Coiffure pour dames",
           "Fermé le dimanche et le lundi|Attention au chien|Plat du jour|Défense d'afficher",
           "Clos des Tilleuls|Passage aux Ânes|Montée Saint-Barthélemy"),
    tongue("es", "latin", "ES ES MX MX AR CO PE CL",
           "Panadería La Espiga|Ferretería Hermanos Ruiz|Peluquería|Zapatería",
           "Cerrado por vacaciones|Cuidado con el perro|Menú del día|Prohibido fijar carteles",
           "Subida a la Ermita|Barrio de los Olivos|Vereda del Molino"),
    tongue("pt", "latin", "BR BR BR PT PT",
           "Padaria Pão Quente|Sapataria|Mercearia do João|Salão de beleza",
           "Horário de funcionamento|Cuidado com o cão|Prato do dia|Não estacione",
           "Beco do Poço|Ladeira das Laranjeiras|Vila dos Pescadores"),
    tongue("it", "latin", "IT IT IT CH",
           "Panificio Rossi|Ferramenta|Parrucchiere|Macelleria da Gino",
           "Chiuso per ferie|Attenti al cane|Vietato l'accesso ai non addetti|Orario di apertura",
           "Salita dei Cipressi|Contrada Fontanelle|Località Poggio Alto"),
    tongue("pl", "latin", "PL",
           "Piekarnia Nowak|Sklep spożywczy|Zakład fryzjerski|Kwiaciarnia",
           "Czynne od poniedziałku do piątku|Uwaga, zły pies|Zakaz wstępu|Danie dnia",
           "Zaułek Kwiatowy 7|Pod Lipami 3|Nad Strumieniem 15"),
    tongue("tr", "latin", "TR",
           "Ekmek Fırını|Ayakkabı Tamircisi|Kuaför Salonu|Bakkal Mehmet",
           "Günlük taze ekmek|Dikkat köpek var|Çalışma saatleri|Park etmek yasaktır",
           "Değirmen Yolu 8|Çınarlı Mahallesi|Dere Boyu 21"),
    tongue("ru", "cyrillic", "RU RU RU BY KZ",
           "Хлебный магазин|Ремонт обуви|Парикмахерская|Продукты",
           "Часы работы|Осторожно, злая собака|Посторонним вход воспрещён|Обед с 13 до 14",
           "Луговая сторона 5|Заречный тупик|Садовое товарищество"),
    tongue("el", "greek", "GR GR GR CY",
           "Φούρνος της γειτονιάς|Κρεοπωλείο|Κομμωτήριο|Ανθοπωλείο",
           "Ανοιχτά κάθε μέρα|Προσοχή σκύλος|Πιάτο ημέρας|Απαγορεύεται η στάθμευση",
           "Πάνω Γειτονιά|Στενό του Μύλου|Κάτω Βρύση"),
    tongue("ar", "arabic", "EG MA SA JO DZ",
           "مخبز البركة|محل أحذية|صالون حلاقة|بقالة النور",
           "مفتوح يوميا|احذر من الكلب|طبق اليوم|ممنوع الدخول",
           "حارة الزيتون|درب السقاية|حي البساتين"),
    tongue("he", "hebrew", "IL",
           "מאפייה טרייה|חנות פרחים|מספרה|תיקון נעליים",
           "פתוח כל יום|זהירות כלב נושך|מנת היום|הכניסה אסורה",
           "נתיב הזית|משעול הגפן|מעלה האלון"),
    tongue("hi", "devanagari", "IN IN IN NP",
           "ताज़ी रोटी की दुकान|जूते की मरम्मत|नाई की दुकान|किराना भंडार",
           "रविवार को बंद|कुत्ते से सावधान|आज का भोजन|प्रवेश निषेध",
           "पुरानी बावड़ी|नीम वाली गली|नदी किनारे"),
    tongue("th", "thai", "TH",
           "ร้านขนมปัง|ซ่อมรองเท้า|ร้านตัดผม|ร้านดอกไม้",
           "เปิดทุกวัน|ระวังสุนัขดุ|อาหารจานเดียว|ห้ามเข้า",
           "หมู่บ้านริมน้ำ|ตรอกต้นมะขาม|ท้ายตลาดเก่า"),
    tongue("ja", "kana", "JP",
           "パンのみせ|くつの修理|はなや|おもちゃのまち",
           "ただいま準備中|猛犬にちゅうい|きょうのランチ|立ち入りきんし",
           "みずぐるま通りうら|やなぎのこみち|ふるいどのうえ"),
    tongue("ko", "hangul", "KR",
           "동네 빵집|구두 수선|미용실|꽃가게",
           "매일 영업합니다|개조심|오늘의 메뉴|출입 금지",
           "물레방아 골목|느티나무 마을|우물터 위"),
    tongue("ka", "georgian", "GE",
           "პურის საცხობი|ფეხსაცმლის შეკეთება|სალონი|ყვავილები",
           "ღიაა ყოველდღე|ფრთხილად ავი ძაღლი|დღის კერძი|შესვლა აკრძალულია",
           "წისქვილის შესახვევი|ზემო უბანი|ბაღის კუთხე"),
    tongue("zh", "han", "CN CN CN TW",
           "新鲜面包店|修鞋铺|理发店|鲜花店",
           "每天营业|小心恶犬|今日特餐|禁止入内",
           "柳树巷口|水车旁|古井上"),
    tongue("bn", "bengali", "BD BD IN",
           "তাজা রুটির দোকান|জুতা মেরামত|চুল কাটার দোকান|ফুলের দোকান",
           "প্রতিদিন খোলা|কুকুর হইতে সাবধান|আজকের খাবার|প্রবেশ নিষেধ",
           "পুকুর পাড়|বটতলা গলি|নদীর ধার"),
)  # fmt: skip
PRICES = {
    "DE": "{} €", "AT": "{} €", "CH": "CHF {}", "FR": "{} €", "BE": "{} €", "CA": "{} $",
    "SN": "{} CFA", "ES": "{} €", "MX": "$ {}", "AR": "$ {}", "CO": "$ {}", "PE": "S/ {}",
    "CL": "$ {}", "BR": "R$ {}", "PT": "{} €", "IT": "{} €", "PL": "{} zł", "TR": "{} ₺",
    "RU": "{} ₽", "BY": "{} руб", "KZ": "{} тг", "GR": "{} €", "CY": "{} €", "IN": "₹ {}",
    "TH": "{} ฿", "JP": "{} 円", "KR": "{} 원", "GE": "{} ₾", "CN": "{} 元", "TW": "{} 元",
    "BD": "৳ {}", "IL": "₪ {}", "NP": "Rs {}", "EG": "{} EGP", "MA": "{} DH", "SA": "{} SR",
}  # fmt: skip
# Titles of places that are named after another country: what they say, and what that points at.
FOREIGN = (
    ("Ristorante Bella Napoli", "IT"), ("Pizzeria Vesuvio da Marco", "IT"),
    ("Taverna Ακρόπολις", "GR"), ("北京大饭店", "CN"), ("ร้านอาหารไทย", "TH"),
    ("Sushi すしのみせ", "JP"),
    ("مطعم الشام", "SY"), ("Paris Boulangerie", "FR"), ("Taj Mahal ताज महल", "IN"),
    ("Русские продукты", "RU"), ("Tapas y vinos La Sevillana", "ES"), ("한국식당", "KR"),
    ("Münchner Biergarten", "DE"), ("London Pub", "GB"), ("Café de Lisboa", "PT"),
    ("İstanbul Kebap Salonu", "TR"), ("Polski sklep z wędlinami", "PL"), ("Warszawa", "PL"),
    ("Restaurante Habana", "CU"), ("Хинкали и хачапури", "GE"),
)  # fmt: skip
