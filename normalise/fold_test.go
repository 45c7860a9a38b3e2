package normalise

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"nothing stays nothing", "", ""},
		{"folded text is left as it is", "ada lovelace 2", "ada lovelace 2"},
		{"capitals and spare spaces go", "  ADA\t Lovelace\n", "ada lovelace"},
		{"a hyphen, a dot and an underscore part words", "Smith-Jones_jr. b", "smith jones jr b"},
		{"a typewriter's apostrophe is dropped", "O'Brien", "obrien"},
		{"a printer's apostrophe is dropped", "O’Brien ‘Brien Oʼb", "obrien brien ob"},
		{"a spacing accent used as an apostrophe is dropped", "O´Brien O`Brien", "obrien obrien"},
		{"Turkish i with and without its dot is i", "İbrahim Yıldız Çağrı Şahin Öğüt", "ibrahim yildiz cagri sahin ogut"},
		{"Polish letters lose their strokes and tails", "Łukasz Żółć Wiśniewska Gręda", "lukasz zolc wisniewska greda"},
		{"Vietnamese stacked marks go", "Nguyễn Thị Đặng Phương Ươc", "nguyen thi dang phuong uoc"},
		{"Yoruba under-dots and tones go, composed or not", "Ọláwálé Ẹ̀bùn Ṣẹ́gun Ọlá\u0301", "olawale ebun segun ola"},
		{"letters of their own are spelt out", "Straße Þór Guðrún Æsir Øster Œuvre Ħal", "strasse thor gudrun aesir oster oeuvre hal"},
		{"Azeri schwa is a", "Əliyev Məmmədov", "aliyev mammadov"},
		{"Hausa hooked letters are plain", "Ɗan Ɓala Ƙarami", "dan bala karami"},
		{"Romanian and Hungarian marks go", "Ștefan Țepeș Erzsébet Kőszegi", "stefan tepes erzsebet koszegi"},
		{"Russian follows the English habit", "Юлия Щербакова Дмитрий", "yuliya shcherbakova dmitriy"},
		{"Ukrainian letters are spelt", "Євген Їжак Ґалаґан", "yevgen yizhak galagan"},
		{"Greek is spelt", "Γιώργος Παπαδόπουλος", "giorgos papadopoulos"},
		{"common names in Arabic script come from the list", "محمد علي حسين", "muhammad ali hussein"},
		{"Arabic vowel marks change nothing", "مُحَمَّد", "muhammad"},
		{"Urdu letters are those of Arabic", "فاطمہ اقبال", "fatima iqbal"},
		{"other Arabic words get their vowels back", "طلال البدري", "talal al badri"},
		{"Abd with its article is one name", "عبد الرحمن", "abdulrahman"},
		{"Bengali vowels are kept and silent ones are not", "রহমান মোহাম্মদ খাতুন", "rahman mohammad khatun"},
		{"Devanagari and Gurmukhi are read alike", "राजेश कुमार ਸਿੰਘ", "rajesh kumar singh"},
		{"Hebrew names come from the list", "שלמה כהן", "shlomo cohen"},
		{"Ethiopic, Chinese and Korean are spelt", "አበበ 王小明 김철수", "ababa wang xiao ming gimceolsu"},
		{"wide letters, ligatures and numerals are plain", "Ａｄａ ﬁona Ⅲ ٣", "ada fiona iii 3"},
		{"invisible characters leave no trace", "A\u200bd\u200da\u200f \u202eX\u00ad\ufeff", "ada x"},
		{"bytes that are no UTF-8 are read as Latin-1", "Jos\xe9 Fran\xe7ois", "jose francois"},
		{"NUL parts words", "ada\x00lovelace", "ada lovelace"},
		{"pictures leave no trace", "👩🏽‍🦱 Ada 🎉", "ada"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestFoldHoldsItsPromisesForAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyText().Draw(t, "s")
		folded := Fold(s)
		if !isFolded(folded) {
			t.Fatalf("Fold(%q) = %q is not folded", s, folded)
		}
		if again := Fold(folded); again != folded {
			t.Fatalf("Fold(%q) = %q, folded again %q", s, folded, again)
		}
		if utf8.ValidString(s) && Fold(norm.NFD.String(s)) != Fold(norm.NFC.String(s)) {
			t.Fatalf("%q: composed %q, decomposed %q", s, Fold(norm.NFC.String(s)), Fold(norm.NFD.String(s)))
		}
	})
}

func TestFoldDoesNotCopyFoldedText(t *testing.T) { // not parallel: allocations are counted for the whole process
	if n := testing.AllocsPerRun(10, func() { Fold("ada lovelace") }); n != 0 {
		t.Errorf("Fold of folded text allocates %v times", n)
	}
}

// anyText draws what nobody should type but somebody will: any characters, bytes
// that are no UTF-8, and the marks and scripts that have rules of their own.
func anyText() *rapid.Generator[string] {
	pieces := rapid.SliceOfN(rapid.SampledFrom([]string{
		"a", "Mc", "O", "'", "’", "-", " ", "\x00", "\xff", "\u200b", "\u0301", "\u0323", "İ", "ł", "محمد", "ال", "ع", "রহ", "্", "क", "ि",
		"משה", "ו", "й", "👍", "½", "12", "/", ",", "flat", "road", "E8 1EA", "QQ123456C", "jr", "mr", "st", "mac", "\u0340", "ﷺ", "ͅ",
	}), 0, 20)
	return rapid.OneOf(rapid.String(), rapid.Map(pieces, func(p []string) string { return strings.Join(p, "") }),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
}
