package normalise

import (
	"strings"
	"testing"
)

// BenchmarkPerson standardises one whole resident, as each side of a comparison
// and each document of the index costs it.
func BenchmarkPerson(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		benchmarkName(GivenNames("Ọláwálé Mohammed"))
		benchmarkName(Surnames("Adékúnlé-O’Brien"))
		ParseNI("QQ 12 34 56 C")
		ParsePostcode("n161rq")
		ParseAddress("Flat 60, Whimbrel House", "Shearling Close", "London")
		Phone("07700 900123")
		Email("Ada.Example@example.org")
		Gender("Female")
		TitleGender("Ms")
	}
}

func benchmarkName(tokens []string) {
	for _, token := range tokens {
		Nicknames(token)
		SurnameVariants(token)
		SurnameStem(StripParticle(token))
		DoubleMetaphone(token)
		DaitchMokotoff(token)
		Skeleton(token)
		Confusable(token)
	}
}

func BenchmarkFold(b *testing.B) {
	for name, text := range map[string]string{
		"folded": "ada lovelace", "ascii": "Ada O'Lovelace-Smith", "latin": "Ọláwálé Nguyễn Łukasz", "arabic": "محمد عبد الرحمن",
		"bengali": "মোহাম্মদ রহমান", "hostile10kB": strings.Repeat("é\u0301\xffع", 1500),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(text)
			}
		})
	}
}

func BenchmarkParts(b *testing.B) {
	for name, part := range map[string]func(){
		"given":     func() { GivenNames("Dr Mary-Anne") },
		"surname":   func() { Surnames("Mac Donald-Smith") },
		"metaphone": func() { DoubleMetaphone("katarzyna") },
		"daitch":    func() { DaitchMokotoff("moskowitz") },
		"skeleton":  func() { Skeleton("mohammed") },
		"confuse":   func() { Confusable("mohammed") },
		"ni":        func() { ParseNI("QQ 12 34 56 C") },
		"postcode":  func() { ParsePostcode("n161rq") },
		"find":      func() { FindPostcode("flat 60 whimbrel house shearling close n16 1rq") },
		"address":   func() { ParseAddress("flat 60 whimbrel house shearling close n16 1rq") },
		"phone":     func() { Phone("07700 900123") },
		"email":     func() { Email("Ada.Example@example.org") },
		"hostile":   func() { ParseAddress(strings.Repeat("1/2 house ", 1000)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				part()
			}
		})
	}
}
