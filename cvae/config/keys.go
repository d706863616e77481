package config

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/method"
)

// Keys lists every key that a configuration can have.
func Keys() (keys []string) {
	for key := range fields(reflect.ValueOf(&Config{}).Elem(), "") {
		keys = append(keys, key)
	}
	for _, m := range method.All() {
		for _, p := range m.Parameters {
			keys = append(keys, m.Name+"."+p.Name)
		}
		for name := range m.Former {
			keys = append(keys, m.Name+"."+name)
		}
	}
	return keys
}

// values yields the settings of c by key, in the order of config.yaml.
func (c Config) values() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for key, field := range fields(reflect.ValueOf(&c).Elem(), "") {
			if !yield(key, field.Interface()) {
				return
			}
		}
		for _, key := range slices.Sorted(maps.Keys(c.Settings)) {
			if !yield(key, c.Settings[key]) {
				return
			}
		}
	}
}

// fields yields the settings of a struct by key; those of an inner struct have
// its name before theirs.
func fields(v reflect.Value, group string) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		for i := range v.NumField() {
			name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			inner := group
			if option != "inline" {
				inner += name + "."
			}
			switch {
			case name == "-":
			case v.Field(i).Kind() == reflect.Struct:
				for key, field := range fields(v.Field(i), inner) {
					if !yield(key, field) {
						return
					}
				}
			case !yield(group+name, v.Field(i)):
				return
			}
		}
	}
}

// Set changes the setting of a key, which is one of [Keys]. The value is text, or
// what a file has instead.
func (c *Config) Set(key string, value any) error {
	for name, field := range fields(reflect.ValueOf(c).Elem(), "") {
		if name != key {
			continue
		}
		text := typed(value, field.Interface())
		parsed, err := parse(text, field.Interface())
		if err != nil {
			return setting.Refuse(key, "is %q; %w", text, err)
		}
		field.Set(reflect.ValueOf(parsed).Convert(field.Type()))
		return nil
	}
	settings := method.Settings{}
	maps.Copy(settings, c.Settings)
	settings[key] = fmt.Sprint(value) // the method knows its type
	c.Settings = settings
	return nil
}

// typed is a value as parse reads it as the type of like.
func typed(value, like any) string {
	list := reflect.ValueOf(value)
	if reflect.TypeOf(like).Kind() != reflect.Slice || list.Kind() != reflect.Slice {
		return fmt.Sprint(value)
	}
	words := make([]string, list.Len())
	for i := range words {
		words[i] = fmt.Sprint(list.Index(i))
	}
	return strings.Join(words, ",")
}

// parse reads a value of the type of like.
func parse(text string, like any) (value any, err error) {
	switch like.(type) {
	case bool:
		if value, err = strconv.ParseBool(text); err != nil {
			err = errors.New("it must be true or false")
		}
	case int:
		value, err = wholeNumber(text)
	case uint64:
		if value, err = strconv.ParseUint(text, 10, 64); err != nil {
			err = errors.New("it must be a whole number, not negative")
		}
	case float64:
		if value, err = strconv.ParseFloat(text, 64); err != nil {
			err = errors.New("it must be a number")
		}
	case time.Duration:
		if value, err = time.ParseDuration(text); err != nil {
			err = errors.New("it must be a duration such as 90s or 1h30m")
		}
	case []string:
		value = list(text)
	case []int:
		value, err = numbers(text)
	default:
		value = text
	}
	return value, err
}

// list reads words such as [topic,act], with or without the brackets.
func list(text string) (words []string) {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "["), "]")
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// numbers is a list of whole numbers.
func numbers(text string) (n []int, err error) {
	for _, word := range list(text) {
		i, err := wholeNumber(word)
		if err != nil {
			return nil, errors.New("it must be whole numbers such as [1,2,4]")
		}
		n = append(n, i)
	}
	return n, nil
}

// wholeNumber accepts 1e6 too.
func wholeNumber(text string) (int, error) {
	if n, err := strconv.Atoi(text); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if n := int(f); err == nil && float64(n) == f {
		return n, nil
	}
	return 0, errors.New("it must be a whole number")
}

// An UnknownKeyError names a key that no configuration has.
type UnknownKeyError struct{ Key string }

func (e UnknownKeyError) Error() string {
	return fmt.Sprintf("unknown configuration key %q", e.Key)
}
