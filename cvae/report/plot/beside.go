package plot

// A box is a part of the drawing that no name may cover.
type box struct{ left, top, right, bottom float64 }

func (b box) meets(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// placeBeside puts each name beside a symbol of its series where nothing else
// is. It reports false, and places none, where one finds no room.
func (l *layout) placeBeside(some []Series) bool {
	taken := l.symbolBoxes()
	var names []name
	for _, s := range some {
		n, b, ok := l.besideSeries(s, taken)
		if !ok {
			return false
		}
		names, taken = append(names, n), append(taken, b)
	}
	l.names = names
	return true
}

// symbolBoxes are where the symbols stand. Clouds have none: a name is no
// place for them.
func (l *layout) symbolBoxes() (boxes []box) {
	for _, s := range l.Series {
		for _, p := range s.Points {
			if l.shows(p) {
				at := l.place(p)
				boxes = append(boxes, box{at.X - 5, at.Y - 5, at.X + 5, at.Y + 5})
			}
		}
	}
	return boxes
}

// besideSeries tries the last symbol first.
func (l *layout) besideSeries(s Series, taken []box) (name, box, bool) {
	if s.Mark != Trail && s.Mark != Scatter {
		return name{}, box{}, false
	}
	for i := len(s.Points) - 1; i >= 0; i-- {
		if !l.shows(s.Points[i]) {
			continue
		}
		for _, n := range l.around(s, l.place(s.Points[i])) {
			if b := n.box(); l.hasRoom(b, taken) {
				return n, b, true
			}
		}
	}
	return name{}, box{}, false
}

// around are the places for a name beside a symbol, the best first.
func (l *layout) around(s Series, at Point) []name {
	return []name{
		{s, "start", at.X + 9, at.Y + 4, nil},
		{s, "end", at.X - 9, at.Y + 4, nil},
		{s, "middle", at.X, at.Y - 9, nil},
		{s, "middle", at.X, at.Y + 17, nil},
	}
}

func (n name) box() box {
	width := textWidth(nameText(n.series))
	left := n.x
	switch n.anchor {
	case "end":
		left -= width
	case "middle":
		left -= width / 2
	}
	return box{left, n.y - 11, left + width, n.y + 4}
}

// hasRoom reports whether a name fits into the frame and covers nothing.
func (l *layout) hasRoom(b box, taken []box) bool {
	if b.left < l.left || b.right > l.width || b.top < l.top-8 || b.bottom > l.bottom {
		return false
	}
	for _, t := range taken {
		if b.meets(t) {
			return false
		}
	}
	return true
}
