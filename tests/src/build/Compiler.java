// Compiles Java programs one after the other: reads two lines, the source and the folder for its classes, and answers
// with the number of lines that the compiler has to say, these lines, and whether it works.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

class Compiler {
    public static void main(String[] arguments) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        var files = compiler.getStandardFileManager(null, null, null);
        for (String source = input.readLine(); source != null; source = input.readLine()) {
            // Exceptions need no number of a version when nobody ever stores them.
            var options = List.of("-Xlint:all,-serial", "-proc:none", "-d", input.readLine());
            var said = new DiagnosticCollector<JavaFileObject>();
            var sources = files.getJavaFileObjects(source);
            boolean works = compiler.getTask(null, files, said, options, null, sources).call();
            // A signal handler needs sun.misc.Signal, and there is no way to not be warned of that.
            List<String> lines = said.getDiagnostics().stream()
                    .filter(one -> !one.getCode().equals("compiler.warn.sun.proprietary"))
                    .flatMap(one -> one.toString().lines())
                    .collect(Collectors.toList());
            System.out.println(lines.size());
            lines.forEach(System.out::println);
            System.out.println(works);
        }
    }
}
