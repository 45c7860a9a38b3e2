package normalise_test

import (
	"fmt"

	"personindex/normalise"
)

func ExampleFold() {
	fmt.Println(normalise.Fold("  Ọláwálé O’Brien-ŁUKASZ "))
	fmt.Println(normalise.Fold("İbrahim Yıldız, মোহাম্মদ, محمد"))
	// Output:
	// olawale obrien lukasz
	// ibrahim yildiz mohammad muhammad
}

func ExampleGivenNames() {
	fmt.Println(normalise.GivenNames("Dr Mary-Anne"))
	// Output: [mary anne]
}

func ExampleSurnames() {
	fmt.Println(normalise.Surnames("Smith-Jones OBE"), normalise.Surnames("Mac Donald"), normalise.Surnames("van der Berg"))
	// Output: [smith jones] [mcdonald] [van der berg]
}

func ExampleNicknames() {
	fmt.Println(normalise.Nicknames("billy"), normalise.Nicknames("liam"), normalise.Nicknames("wojtek"))
	// Output: [william] [liam william] [wojciech]
}

func ExampleSurnameVariants() {
	fmt.Println(normalise.SurnameVariants("choudhry"))
	// Output: [choudhury]
}

func ExampleDoubleMetaphone() {
	primary, secondary := normalise.DoubleMetaphone("schmidt")
	fmt.Println(primary, secondary)
	// Output: XMT SMT
}

func ExampleDaitchMokotoff() {
	fmt.Println(normalise.DaitchMokotoff("moskowitz"), normalise.DaitchMokotoff("moskovitz"), normalise.DaitchMokotoff("peters"))
	// Output: [645740] [645740] [734000 739400]
}

func ExampleParseNI() {
	ni := normalise.ParseNI("qq 12 34 5O c")
	fmt.Println(ni.Number, ni.Suffix, ni.Kind, ni.Evidence(false), ni.Evidence(true))
	// Output: QQ123450 C test false true
}

func ExampleParsePostcode() {
	fmt.Printf("%+v\n", normalise.ParsePostcode("nI6orq"))
	// Output: {Text:N16 0RQ Outward:N16 Valid:true}
}

func ExampleFindPostcode() {
	postcode, rest := normalise.FindPostcode("flat 60 whimbrel house shearling close n16 1rq")
	fmt.Println(postcode.Text, "|", rest)
	// Output: N16 1RQ | flat 60 whimbrel house shearling close
}

func ExampleParseAddress() {
	a := normalise.ParseAddress("flat 60 whimbrel hse shearling cl n16 1rq")
	fmt.Println(a.Flat, "|", a.Building, "|", a.Number, "|", a.Street)
	// Output: 60 | whimbrel house |  | shearling close
}

func ExamplePhone() {
	fmt.Println(normalise.Phone("(07700) 900 123 mum"))
	// Output: +447700900123
}
