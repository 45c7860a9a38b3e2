package normalise

func (m *metaphone) letterC(i int) int {
	switch {
	case m.isGermanicCH(i):
		m.add("K")
		return 2
	case i == 0 && m.has(i, "caesar"):
		m.add("S")
		return 2
	case m.has(i, "ch"):
		return m.letterCH(i)
	case m.has(i, "cz") && !m.has(i-2, "wicz"):
		m.addBoth("S", "X")
		return 2
	case m.has(i+1, "cia"):
		m.add("X") // focaccia
		return 3
	case m.has(i, "cc") && !(i == 1 && m.at(0) == 'm'):
		return m.letterCC(i)
	case m.has(i, "ck", "cg", "cq"):
		m.add("K")
		return 2
	case m.has(i, "cio", "cie", "cia"):
		m.addBoth("S", "X")
		return 2
	case m.has(i, "ci", "ce", "cy"):
		m.add("S")
		return 2
	}
	m.add("K")
	if m.has(i+1, "c", "k", "q") && !m.has(i+1, "ce", "ci") {
		return 2
	}
	return 1
}

// isGermanicCH reports the ch of Bach and Bacher, and that of chianti.
func (m *metaphone) isGermanicCH(i int) bool {
	if m.has(i, "chia") {
		return true
	}
	if i <= 1 || m.vowelAt(i-2) || !m.has(i-1, "ach") {
		return false
	}
	next := m.at(i + 2)
	return next != 'i' && next != 'e' || m.has(i-2, "bacher", "macher")
}

func (m *metaphone) letterCC(i int) int {
	if !m.has(i+2, "i", "e", "h") || m.has(i+2, "hu") {
		m.add("K") // Bacchus
		return 2
	}
	if i == 1 && m.at(0) == 'a' || m.has(i-1, "uccee", "ucces") {
		m.add("KS") // accident, success
	} else {
		m.add("X") // Bertucci
	}
	return 3
}

func (m *metaphone) letterCH(i int) int {
	switch {
	case i > 0 && m.has(i, "chae"):
		m.addBoth("K", "X") // Michael
	case i == 0 && m.isGreekCH():
		m.add("K")
	case m.isHardCH(i):
		m.add("K")
	case i == 0:
		m.add("X")
	case m.has(0, "mc"):
		m.add("K") // McHugh
	default:
		m.addBoth("X", "K")
	}
	return 2
}

// isGreekCH reports a word such as character, chorus or chemistry.
func (m *metaphone) isGreekCH() bool {
	return m.has(1, "harac", "haris", "hor", "hym", "hia", "hem") && !m.has(0, "chore")
}

func (m *metaphone) isHardCH(i int) bool {
	switch {
	case m.germanic(), m.has(i-2, "orches", "archit", "orchid"), m.has(i+2, "t", "s"):
		return true
	case i != 0 && !m.has(i-1, "a", "o", "u", "e"):
		return false
	}
	return m.last(i+1) || m.has(i+2, "l", "r", "n", "m", "b", "h", "f", "v", "w")
}

func (m *metaphone) letterD(i int) int {
	switch {
	case m.has(i, "dgi", "dge", "dgy"):
		m.add("J") // edge
		return 3
	case m.has(i, "dg"):
		m.add("TK") // Edgar
		return 2
	}
	return m.sound(i, "T", "t", "d")
}

func (m *metaphone) letterG(i int) int {
	switch {
	case m.has(i, "gh"):
		return m.letterGH(i)
	case m.has(i, "gn"):
		return m.letterGN(i)
	case m.has(i, "gli") && !m.slavoGermanic:
		m.addBoth("KL", "L") // Tagliaro
		return 2
	case i == 0 && m.has(i+1, "y", "es", "ep", "eb", "el", "ey", "ib", "il", "in", "ie", "ei", "er"):
		m.addBoth("K", "J")
		return 2
	case m.has(i+1, "er", "y") && !m.has(0, "danger", "ranger", "manger") && !m.has(i-1, "e", "i", "rgy", "ogy"):
		m.addBoth("K", "J") // Berger
		return 2
	case m.has(i+1, "e", "i", "y") || m.has(i-1, "aggi", "oggi"):
		return m.softG(i)
	}
	return m.sound(i, "K", "g")
}

func (m *metaphone) softG(i int) int {
	switch {
	case m.germanic() || m.has(i+1, "et"):
		m.add("K")
	case m.has(i+1, "ier"):
		m.add("J")
	default:
		m.addBoth("J", "K")
	}
	return 2
}

func (m *metaphone) letterGN(i int) int {
	switch {
	case i == 1 && m.vowelAt(0) && !m.slavoGermanic:
		m.addBoth("KN", "N")
	case !m.has(i+2, "ey") && !m.slavoGermanic:
		m.addBoth("N", "KN")
	default:
		m.add("KN") // Cagney
	}
	return 2
}

func (m *metaphone) letterGH(i int) int {
	switch {
	case i > 0 && !m.vowelAt(i-1):
		m.add("K")
	case i == 0 && m.at(2) == 'i':
		m.add("J") // Ghislaine
	case i == 0:
		m.add("K")
	case m.has(i-2, "b", "h", "d"), m.has(i-3, "b", "h", "d"), m.has(i-4, "b", "h"):
		// Hugh, bough, Broughton: silent
	case m.at(i-1) == 'u' && m.has(i-3, "c", "g", "l", "r", "t"):
		m.add("F") // laugh, McLaughlin
	case m.at(i-1) != 'i':
		m.add("K")
	}
	return 2
}

// letterH keeps an h only before a vowel, at the start or after one.
func (m *metaphone) letterH(i int) int {
	if (i == 0 || m.vowelAt(i-1)) && m.vowelAt(i+1) {
		m.add("H")
		return 2
	}
	return 1
}

func (m *metaphone) letterJ(i int) int {
	switch {
	case m.has(i, "jose"):
		if len(m.word) == len("jose") {
			m.add("H")
		} else {
			m.addBoth("J", "H")
		}
		return 1
	case i == 0:
		m.addBoth("J", "A") // Jankelowicz
	case m.vowelAt(i-1) && !m.slavoGermanic && m.has(i+1, "a", "o"):
		m.addBoth("J", "H") // bajador
	case m.last(i):
		m.addBoth("J", "")
	case !m.has(i+1, "l", "t", "k", "s", "n", "m", "b", "z") && !m.has(i-1, "s", "k", "l"):
		m.add("J")
	}
	if m.has(i+1, "j") {
		return 2
	}
	return 1
}

func (m *metaphone) letterL(i int) int {
	if !m.has(i, "ll") {
		m.add("L")
		return 1
	}
	if m.isSpanishLL(i) {
		m.addBoth("L", "") // Cabrillo, Gallegos
	} else {
		m.add("L")
	}
	return 2
}

func (m *metaphone) isSpanishLL(i int) bool {
	n := len(m.word)
	if i == n-3 && m.has(i-1, "illo", "illa", "alle") {
		return true
	}
	return (m.has(n-2, "as", "os") || m.has(n-1, "a", "o")) && m.has(i-1, "alle")
}

func (m *metaphone) letterM(i int) int {
	m.add("M")
	if m.has(i+1, "m") || m.has(i-1, "umb") && (m.last(i+1) || m.has(i+2, "er")) {
		return 2 // dumb, thumber
	}
	return 1
}

func (m *metaphone) letterP(i int) int {
	if m.has(i, "ph") {
		m.add("F")
		return 2
	}
	return m.sound(i, "P", "p", "b")
}

func (m *metaphone) letterR(i int) int {
	if m.last(i) && !m.slavoGermanic && m.has(i-2, "ie") && !m.has(i-4, "me", "ma") {
		m.addBoth("", "R") // Rogier
		return 1
	}
	return m.sound(i, "R", "r")
}

func (m *metaphone) letterS(i int) int {
	switch {
	case m.has(i-1, "isl", "ysl"):
		return 1 // isle, Carlisle
	case i == 0 && m.has(i, "sugar"):
		m.addBoth("X", "S")
		return 1
	case m.has(i, "sh"):
		if m.has(i+1, "heim", "hoek", "holm", "holz") {
			m.add("S")
		} else {
			m.add("X")
		}
		return 2
	case m.has(i, "sio", "sia"):
		if m.slavoGermanic {
			m.add("S")
		} else {
			m.addBoth("S", "X")
		}
		return 3
	case i == 0 && m.has(i+1, "m", "n", "l", "w"):
		m.addBoth("S", "X") // Smith and Schmidt, Snider and Schneider
		return 1
	case m.has(i, "sz"):
		m.addBoth("S", "X")
		return 2
	case m.has(i, "sc"):
		return m.letterSC(i)
	case m.last(i) && m.has(i-2, "ai", "oi"):
		m.addBoth("", "S") // Resnais, Artois
		return 1
	}
	return m.sound(i, "S", "s", "z")
}

func (m *metaphone) letterSC(i int) int {
	switch {
	case m.has(i+2, "h"):
		m.letterSCH(i)
	case m.has(i+2, "i", "e", "y"):
		m.add("S")
	default:
		m.add("SK")
	}
	return 3
}

func (m *metaphone) letterSCH(i int) {
	switch {
	case m.has(i+3, "er", "en"):
		m.addBoth("X", "SK") // Schermerhorn, Schenker
	case m.has(i+3, "oo", "uy", "ed", "em"):
		m.add("SK") // school, Schuyler
	case i == 0 && !m.vowelAt(3) && m.at(3) != 'w':
		m.addBoth("X", "S")
	default:
		m.add("X")
	}
}

func (m *metaphone) letterT(i int) int {
	switch {
	case m.has(i, "tion", "tia", "tch"):
		m.add("X")
		return 3
	case m.has(i, "th", "tth"):
		if m.has(i+2, "om", "am") || m.germanic() {
			m.add("T") // Thomas, Thames
		} else {
			m.addBoth("0", "T")
		}
		return 2
	}
	return m.sound(i, "T", "t", "d")
}

func (m *metaphone) letterW(i int) int {
	switch {
	case m.has(i, "wr"):
		m.add("R")
		return 2
	case i == 0 && m.vowelAt(1):
		m.addBoth("A", "F") // Wasserman may be Vasserman
	case i == 0 && m.has(i, "wh"):
		m.add("A")
	case m.last(i) && m.vowelAt(i-1), m.has(i-1, "ewski", "ewsky", "owski", "owsky"), m.germanic():
		m.addBoth("", "F") // Arnow may be Arnoff
	case m.has(i, "wicz", "witz"):
		m.addBoth("TS", "FX") // Filipowicz
		return 4
	}
	return 1
}

func (m *metaphone) letterX(i int) int {
	switch {
	case i == 0:
		m.add("S") // Xavier
		return 1
	case m.last(i) && m.has(i-2, "au", "ou"):
		return 1 // Breaux
	}
	return m.sound(i, "KS", "c", "x")
}

func (m *metaphone) letterZ(i int) int {
	switch {
	case m.has(i, "zh"):
		m.add("J") // Zhao
		return 2
	case m.has(i+1, "zo", "zi", "za") || m.slavoGermanic && i > 0 && m.at(i-1) != 't':
		m.addBoth("S", "TS")
	default:
		m.add("S")
	}
	if m.has(i+1, "z") {
		return 2
	}
	return 1
}
