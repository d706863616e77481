package talk

import (
	"regexp"
	"testing"
	"time"
)

var whole = regexp.MustCompile(`^` + When + `$`)

// TestWhen: the same minute as phones of many languages write it.
func TestWhen(t *testing.T) {
	for _, text := range []string{
		"31/12/2023, 15:05", "31/12/23 15:05", "12/31/23, 3:05 PM", "12/31/23, 3:05\u202fPM", "12/31/2023, 3:05 pm", "31.12.23, 15:05", "31.12.2023 klo 15.05",
		"31-12-2023 15:05", "2023-12-31 15:05", "2023/12/31 15:05", "2023-12-31, 3:05 p. m.", "31/12/23, 3:05 p.\u00a0m.", "31/12/2023 à 15:05", "2023. 12. 31. 15:05",
		"2023/12/31 下午3:05", "2023年12月31日 15:05", "2023년 12월 31일 오후 3:05", "2023. 12. 31. 오후 3:05", "٣١/١٢/٢٠٢٣، ٣:٠٥ م", "31/12/2023, 3:05 μ.μ.", "31.12.2023 ÖS 3:05",
		"31-Dec-23 03:05 PM", "31. 12. 2023 15:05", "31/12/2023 ३:०५ अपराह्न", "12/31/23, 15:05:00",
	} {
		m := whole.FindStringSubmatch(text)
		if m == nil {
			t.Errorf("%q is no time", text)
			continue
		}
		var order Order
		s := StampOf(m)
		if certain := order.Observe(s); !certain {
			t.Errorf("%q: the order of day and month is not certain", text)
		}
		if got, want := s.Time(order.MonthFirst()), time.Date(2023, 12, 31, 15, 5, 0, 0, time.UTC); !got.Equal(want) {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}

func TestMidnightAndNoon(t *testing.T) {
	for text, want := range map[string]int{"31/12/23, 12:30 AM": 0, "31/12/23, 12:30 PM": 12, "31/12/23, 1:30 AM": 1, "31/12/23, 00:30": 0} {
		if got := StampOf(whole.FindStringSubmatch(text)).Time(false).Hour(); got != want {
			t.Errorf("%s: hour %d, want %d", text, got, want)
		}
	}
}

// TestOrder: where no number is above 12, the order in which time does not run backwards, or else that of the clock.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  bool
	}{
		{[]string{"3/1/23, 15:05", "4/1/23, 15:05", "5/1/23, 10:00", "1/2/23, 10:00"}, false}, // 3, 4 and 5 January, 1 February
		{[]string{"1/3/23, 15:05", "1/4/23, 15:05", "1/5/23, 10:00", "2/1/23, 10:00"}, true},
		{[]string{"1/2/23, 3:05 PM", "1/2/23, 3:06 PM"}, true},
		{[]string{"1/2/23, 15:05", "1/2/23, 15:06"}, false},
		{[]string{"1.2.23, 3:05 PM"}, false},
		{[]string{"1/2/23, 15:05", "13/2/23, 15:06"}, false},
		{[]string{"1/2/23, 15:05", "2/13/23, 15:06"}, true},
	} {
		var o Order
		for _, text := range c.texts {
			o.Observe(StampOf(whole.FindStringSubmatch(text)))
		}
		if o.MonthFirst() != c.want {
			t.Errorf("%q: month first is %v", c.texts, !c.want)
		}
	}
}

func TestParse(t *testing.T) {
	want := time.Date(2022, 1, 6, 12, 30, 11, 0, time.UTC)
	for _, text := range []string{"1641472211", "1641472211000", "2022-01-06T12:30:11", "2022-01-06T12:30:11Z", "2022-01-06T14:30:11.0000000+02:00", "2022-01-06 12:30:11"} {
		if at, _, isStamp, ok := Parse(text); !ok || isStamp || !at.Equal(want) {
			t.Errorf("%q is %v, %v", text, at, ok)
		}
	}
	if _, s, isStamp, ok := Parse("06-Jan-22 12:30 PM"); !ok || !isStamp || !s.Time(false).Equal(want.Truncate(time.Minute)) {
		t.Error("a stamp of Discord is not read")
	}
	for _, text := range []string{"", "long ago", "12:30", "-5"} {
		if _, _, _, ok := Parse(text); ok {
			t.Errorf("%q is a time", text)
		}
	}
}
