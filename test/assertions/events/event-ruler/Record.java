import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/** Reads lines of [pattern, event, ...] and writes [pattern, valid, [[event, matches], ...]]. */
public class Record {
  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ObjectMapper json = new ObjectMapper();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode row = json.readTree(line);
      String pattern = json.writeValueAsString(row.get(0));
      boolean valid = JsonRuleCompiler.check(pattern) == null;
      StringBuilder events = new StringBuilder();
      for (int i = 1; valid && i < row.size(); i++) {
        String event = json.writeValueAsString(row.get(i));
        Machine machine = new Machine();
        machine.addRule("rule", pattern);
        boolean matches = machine.rulesForJSONEvent(event).contains("rule");
        events.append(i == 1 ? "" : ",").append("[").append(event).append(",").append(matches).append("]");
      }
      out.println("[" + pattern + "," + valid + ",[" + events + "]]");
    }
  }
}
