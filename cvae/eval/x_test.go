package eval
import ("testing";"encoding/json";"github.com/cvae-go/cvae/cvae";"fmt";"time")
func TestX(t *testing.T) {
	for _, n := range []string{"dialogue gru","dialogue both directions","text"} { for _, w := range []float64{0.7,2} {
	c := wide(n); c.Init.Weights=w
	m := model(t,c,cvae.Parts{})
	r := evaluate(t,m,set(t,c,65),Options{Samples:5})
	x,_ := json.Marshal(r); fmt.Println(n, w, string(x))
	t0:=time.Now(); m.ScoringGraph(17); fmt.Println(time.Since(t0)) 
	b,_ := json.Marshal(score(t,m,batch(t,m,2),2)); fmt.Println(string(b))
	}}
}
