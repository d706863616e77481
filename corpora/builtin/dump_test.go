package builtin
import ("testing";"fmt";"regexp";"strings";"sort";"os"
"github.com/cvae-go/cvae/dialog")
func TestDump(t *testing.T){
 re:=regexp.MustCompile(`\w+|[^\w\s]+`)
 freq:=map[string]int{}; f,_:=os.Create("/tmp/builtin_dump.txt"); turns:=0
 long:=map[string]bool{}
 for _,sp:=range dialog.Splits{ for d,err:=range Dialogues(sp){ if err!=nil{t.Fatal(err)}
  fmt.Fprintln(f,d.ID)
  for _,x:=range d.Turns{ turns++; toks:=re.FindAllString(strings.ToLower(x.Text),-1)
   if len(toks)>16 {long[x.Text]=true}
   fmt.Fprintf(f,"%s[%s %s %s]: %s\n",x.Speaker,x.Labels["intent"],x.Labels["mood"],x.Labels["topic"],x.Text)
   for _,k:=range toks{freq[k]++} } } }
 fmt.Println("turns",turns,"types",len(freq))
 var ks []string; for k:=range freq{ks=append(ks,k)}
 sort.Slice(ks,func(i,j int)bool{return freq[ks[i]]<freq[ks[j]] || freq[ks[i]]==freq[ks[j]] && ks[i]<ks[j]})
 w,_:=os.Create("/tmp/builtin_vocab.txt"); for _,k:=range ks{fmt.Fprintln(w,freq[k],k)}
 for l:=range long{fmt.Println("LONG",l)}
}
