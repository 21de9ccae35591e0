// Compiles Java programs one after the other: reads two lines, the source and the folder for its classes, and answers
// with the number of lines that the compiler has to say, these lines, and whether it works.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

class Compiler {
    public static void main(String[] arguments) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        var files = compiler.getStandardFileManager(null, null, null);
        for (String source = input.readLine(); source != null; source = input.readLine()) {
            // Signal handlers need a class of which the compiler warns, whatever it is told.
            var options = List.of("-Xlint:all", "-XDignore.symbol.file", "-proc:none", "-d", input.readLine());
            var said = new StringWriter();
            var sources = files.getJavaFileObjects(source);
            boolean works = compiler.getTask(said, files, null, options, null, sources).call();
            List<String> lines = said.toString().lines().collect(Collectors.toList());
            System.out.println(lines.size());
            lines.forEach(System.out::println);
            System.out.println(works);
        }
    }
}
