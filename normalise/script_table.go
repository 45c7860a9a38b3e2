package normalise

var arabicLetters = map[rune]sound{
	'ا': {"", "a"}, 'ع': {"", "a"}, 'ة': {"", "a"}, 'و': {"w", "u"}, 'ي': {"y", "i"}, 'ے': {"y", "e"},
	'ب': {"b", ""}, 'پ': {"p", ""}, 'ت': {"t", ""}, 'ٹ': {"t", ""}, 'ث': {"th", ""}, 'ج': {"j", ""}, 'چ': {"ch", ""},
	'ح': {"h", ""}, 'خ': {"kh", ""}, 'د': {"d", ""}, 'ڈ': {"d", ""}, 'ذ': {"dh", ""}, 'ر': {"r", ""}, 'ڑ': {"r", ""},
	'ز': {"z", ""}, 'ژ': {"zh", ""}, 'س': {"s", ""}, 'ش': {"sh", ""}, 'ص': {"s", ""}, 'ض': {"d", ""}, 'ط': {"t", ""},
	'ظ': {"z", ""}, 'غ': {"gh", ""}, 'ف': {"f", ""}, 'ڤ': {"v", ""}, 'ق': {"q", ""}, 'ك': {"k", ""}, 'گ': {"g", ""},
	'ل': {"l", ""}, 'م': {"m", ""}, 'ن': {"n", ""}, 'ں': {"n", ""}, 'ه': {"h", ""},
}

// arabicNames spells the names that most often come in Arabic script, in the
// form that heads their class in nicknames.txt or surnames.txt.
var arabicNames = map[string]string{
	"محمد": "muhammad", "احمد": "ahmed", "محمود": "mahmoud", "حامد": "hamid", "حميد": "hamid", "علي": "ali", "حسن": "hassan",
	"حسين": "hussein", "عمر": "omar", "عثمان": "uthman", "ابو": "abu", "بكر": "bakr", "بن": "bin", "ابن": "ibn", "بنت": "bint",
	"ام": "umm", "ال": "al", "عبد": "abdul", "الله": "allah", "عبدالله": "abdullah", "عبدالرحمن": "abdulrahman",
	"رحمن": "rahman", "رحيم": "rahim", "كريم": "karim", "خالد": "khalid", "يوسف": "yusuf", "ابراهيم": "ibrahim",
	"اسماعيل": "ismail", "اسحاق": "ishaq", "يعقوب": "yaqub", "موسي": "musa", "عيسي": "isa", "مريم": "maryam",
	"فاطمه": "fatima", "فاطمة": "fatima", "عائشة": "aisha", "عايشة": "aisha", "عايشه": "aisha", "خديجة": "khadija", "خديجه": "khadija",
	"زينب": "zainab", "امينة": "amina", "امينه": "amina", "سارة": "sarah", "ساره": "sarah", "ليلي": "layla", "نور": "nur",
	"سعيد": "said", "سعد": "saad", "صالح": "saleh", "سليمان": "suleiman", "داود": "dawud", "طارق": "tariq", "بلال": "bilal",
	"جمال": "jamal", "كمال": "kamal", "جميل": "jamil", "ياسين": "yasin", "ياسر": "yasir", "ناصر": "nasir", "نصر": "nasr",
	"حمزة": "hamza", "حمزه": "hamza", "مصطفي": "mustafa", "مختار": "mukhtar", "منصور": "mansur", "رشيد": "rashid",
	"عباس": "abbas", "عزيز": "aziz", "فيصل": "faisal", "سيد": "syed", "شيخ": "sheikh", "خان": "khan", "مالك": "malik",
	"حبيب": "habib", "هاشم": "hashim", "جعفر": "jafar", "رضا": "reza", "اكبر": "akbar", "اقبال": "iqbal", "عمران": "imran",
	"سلمان": "salman", "سليم": "salim", "شريف": "sharif", "نعيم": "naeem", "وليد": "walid", "زهرة": "zahra", "زهراء": "zahra",
	"زهرا": "zahra", "رقية": "ruqayya", "حليمة": "halima", "سلمي": "salma", "هدي": "huda", "ايمان": "iman", "هبة": "hiba",
}

var hebrewLetters = map[rune]sound{
	'א': {"", "a"}, 'ע': {"", "a"}, 'ו': {"v", "o"}, 'י': {"y", "i"}, 'ה': {"h", ""}, 'ב': {"b", ""}, 'ג': {"g", ""},
	'ד': {"d", ""}, 'ז': {"z", ""}, 'ח': {"ch", ""}, 'ט': {"t", ""}, 'כ': {"k", ""}, 'ל': {"l", ""}, 'מ': {"m", ""},
	'נ': {"n", ""}, 'ס': {"s", ""}, 'פ': {"p", ""}, 'צ': {"tz", ""}, 'ק': {"k", ""}, 'ר': {"r", ""}, 'ש': {"sh", ""},
	'ת': {"t", ""}, 'װ': {"v", ""}, 'ױ': {"", "oy"}, 'ײ': {"", "ey"},
}

// hebrewNames is keyed by words whose final letters are written as medial ones.
var hebrewNames = map[string]string{
	"משה": "moshe", "יעקב": "yaakov", "אברהמ": "avraham", "יצחק": "yitzchak", "יוספ": "yosef", "דוד": "david", "שלמה": "shlomo",
	"שמואל": "shmuel", "אהרנ": "aharon", "מרדכי": "mordechai", "חיימ": "chaim", "מנחמ": "menachem", "מאיר": "meir", "ישראל": "yisroel",
	"ישעיה": "yeshaya", "אליהו": "eliyahu", "אליעזר": "eliezer", "בנימינ": "binyamin", "ראובנ": "reuven", "שמעונ": "shimon",
	"לוי": "levi", "יהודה": "yehuda", "יהושע": "yehoshua", "יואל": "yoel", "צבי": "tzvi", "דב": "dov", "זאב": "zev", "אריה": "aryeh",
	"הרש": "hersh", "ברוכ": "baruch", "נחמנ": "nachman", "פנחס": "pinchas", "שרה": "sarah", "רבקה": "rivka", "רחל": "rachel",
	"לאה": "leah", "מרימ": "miriam", "חיה": "chaya", "חנה": "chana", "אסתר": "esther", "רות": "ruth", "דבורה": "devorah",
	"יהודית": "yehudit", "פרל": "perl", "גיטל": "gitel", "מלכה": "malka", "ברכה": "bracha", "צפורה": "tzipora", "ציפורה": "tzipora",
	"כהנ": "cohen", "פרידמנ": "friedman", "גולדשטיינ": "goldstein", "רוזנברג": "rosenberg", "שוורצ": "schwartz", "וייס": "weiss",
}
