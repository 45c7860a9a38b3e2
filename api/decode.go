package api

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"personindex/person"
)

// maxErrors bounds the field errors of one answer: a hostile document can hold
// more of them than anybody reads.
const maxErrors = 100

// decoder puts a [value] into a Go value by the json names of its fields, which
// must be written exactly so. It gathers every error instead of stopping at the
// first, and leaves a field that has one as it was.
//
// A field tagged readOnly is accepted in any shape and ignored.
type decoder struct {
	query  bool // scalars come as text, as in a query string
	filled bool // text must not be empty
	patch  bool // null clears a member of the outermost object, by RFC 7396
	noun   string
	errors []person.FieldError
}

// decode fills target, a pointer to a struct, from v and returns every field
// error, in the order of the document.
func (d *decoder) decode(v value, target any) []person.FieldError {
	if v.kind != object {
		return []person.FieldError{{Message: "must be a JSON object"}}
	}
	d.members("", v, reflect.ValueOf(target).Elem())
	return d.errors
}

func (d *decoder) members(at string, v value, target reflect.Value) {
	fields := fieldsOf(target.Type())
	for _, m := range v.members {
		if len(d.errors) >= maxErrors {
			return
		}
		field, known := fields[m.name]
		switch {
		case !known:
			d.refuse(at, m.name, fields)
		case field.Tag.Get("readOnly") == "true":
		case m.value.kind == null && d.patch && at == "":
			target.FieldByIndex(field.Index).SetZero()
		default:
			d.value(join(at, m.name), m.value, target.FieldByIndex(field.Index), field.Tag)
		}
	}
}

// value fills target from v. The kinds of Go value it knows are those that the
// request types of this package are made of.
func (d *decoder) value(at string, v value, target reflect.Value, tag reflect.StructTag) {
	if v.kind == null {
		d.add(at, "must not be null: leave it out")
		return
	}
	if text, ok := target.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.unmarshalText(at, v, text)
		return
	}
	switch target.Kind() {
	case reflect.String:
		d.text(at, v, func(s string) { target.SetString(s) })
	case reflect.Bool:
		d.boolean(at, v, target)
	case reflect.Int, reflect.Int64:
		d.integer(at, v, target, tag)
	case reflect.Slice:
		d.list(at, v, target)
	case reflect.Struct:
		if v.kind != object {
			d.add(at, "must be an object")
			return
		}
		d.members(at, v, target)
	default:
		panic("api: no decoding for " + target.Type().String())
	}
}

func (d *decoder) text(at string, v value, set func(string)) {
	switch {
	case v.kind != text:
		d.add(at, "must be text")
	case d.filled && strings.TrimSpace(v.text) == "":
		d.add(at, "must not be empty: leave it out")
	default:
		set(v.text)
	}
}

// unmarshalText relies on the errors of person's types never repeating the text.
func (d *decoder) unmarshalText(at string, v value, target encoding.TextUnmarshaler) {
	d.text(at, v, func(s string) {
		if err := target.UnmarshalText([]byte(s)); err != nil {
			d.add(at, err.Error())
		}
	})
}

func (d *decoder) boolean(at string, v value, target reflect.Value) {
	if v.kind != boolean && !(d.query && v.kind == text && (v.text == "true" || v.text == "false")) {
		d.add(at, "must be true or false")
		return
	}
	target.SetBool(v.text == "true")
}

// integer holds the number to the minimum and maximum of the field's tag, which
// the OpenAPI document publishes.
func (d *decoder) integer(at string, v value, target reflect.Value, tag reflect.StructTag) {
	low, high := bound(tag, "minimum", math.MinInt64), bound(tag, "maximum", math.MaxInt64)
	n, err := strconv.ParseInt(v.text, 10, 64)
	switch {
	case v.kind != number && !(d.query && v.kind == text), err != nil:
		d.add(at, "must be a whole number")
	case n < low || n > high:
		d.add(at, "must be "+between(low, high))
	default:
		target.SetInt(n)
	}
}

func bound(tag reflect.StructTag, name string, absent int64) int64 {
	n, err := strconv.ParseInt(tag.Get(name), 10, 64)
	if err != nil {
		return absent
	}
	return n
}

func between(low, high int64) string {
	if high == math.MaxInt64 {
		return fmt.Sprintf("%d or more", low)
	}
	return fmt.Sprintf("from %d to %d", low, high)
}

// list makes a new list: a patched person must not share one with the original.
func (d *decoder) list(at string, v value, target reflect.Value) {
	if v.kind != array {
		d.add(at, "must be a list")
		return
	}
	list := reflect.MakeSlice(target.Type(), len(v.items), len(v.items))
	for i, item := range v.items {
		d.value(fmt.Sprintf("%s[%d]", at, i), item, list.Index(i), "")
	}
	target.Set(list)
}

func (d *decoder) refuse(at, name string, fields map[string]reflect.StructField) {
	noun := d.noun
	if noun == "" {
		noun = "field"
	}
	message := "is not a known " + noun
	if near := nearest(name, fields); near != "" {
		message += ": did you mean " + near + "?"
	}
	d.add(join(at, printable(name)), message)
}

func (d *decoder) add(field, message string) {
	if len(d.errors) < maxErrors {
		d.errors = append(d.errors, person.FieldError{Field: field, Message: message})
	}
}

// fieldsOf is the struct's fields by their JSON name, embedded ones included.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && !f.Anonymous {
			fields[name] = f
		}
	}
	return fields
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
