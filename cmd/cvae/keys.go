package main

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/method"
)

// knownKeys lists every key with a value of its type: a number or a word for
// parameters of methods.
func knownKeys() map[string]any {
	keys := leaves(config.Config{})
	for _, m := range method.All() {
		for _, p := range m.Parameters {
			keys[m.Name+"."+p.Name] = p.Default(cvae.Dialogue)
		}
		for name := range m.Former {
			keys[m.Name+"."+name] = ""
		}
	}
	return keys
}

// leaves flattens a configuration to its keys.
func leaves(c config.Config) map[string]any {
	flat := map[string]any{}
	flatten(reflect.ValueOf(c), "", flat)
	for m, parameters := range c.Methods {
		for p, value := range parameters {
			flat[m+"."+p] = value
		}
	}
	return flat
}

func flatten(v reflect.Value, group string, flat map[string]any) {
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("mapstructure"), ",")
		switch {
		case option == "remain":
		case option == "squash":
			flatten(v.Field(i), group, flat)
		case v.Field(i).Kind() == reflect.Struct:
			flatten(v.Field(i), group+name+".", flat)
		default:
			flat[group+name] = v.Field(i).Interface()
		}
	}
}

// parse reads the value of a key as the type of like.
func parse(key, text string, like any) (value any, err error) {
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
	default:
		value = text
	}
	if err != nil {
		return nil, fmt.Errorf("%s is %q; %w", key, text, err)
	}
	return value, nil
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

// written is a value as parse reads it as the type of like.
func written(value, like any) string {
	list := reflect.ValueOf(value)
	if _, ok := like.([]string); !ok || list.Kind() != reflect.Slice {
		return fmt.Sprint(value)
	}
	words := make([]string, list.Len())
	for i := range words {
		words[i] = fmt.Sprint(list.Index(i))
	}
	return strings.Join(words, ",")
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
