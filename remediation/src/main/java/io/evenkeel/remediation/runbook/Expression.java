package io.evenkeel.remediation.runbook;

import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A yes-or-no question of a file, in CEL, compiled and type-checked when the file was loaded. An evaluation that fails
 * (a name without a value, a wrong type) counts as "no" and says why. Safe for use by many threads.
 */
public final class Expression {
    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .comprehensionMaxIterations(10_000)
            .maxExpressionCodePointSize(4_000)
            .build();
    private static final String SLI = "sli";

    private final String source;
    private final CelAbstractSyntaxTree ast;
    private final Set<String> names;

    private Expression(String source, CelAbstractSyntaxTree ast, Set<String> names) {
        this.source = source;
        this.ast = ast;
        this.names = names;
    }

    /**
     * The answer.
     *
     * @param held false also when the evaluation failed
     * @param error why it failed, null when it did not
     */
    public record Answer(boolean held, @Nullable String error) {}

    /** Compiles; what is wrong lands in {@code problems} with file and line, and the answer is empty. */
    public static Optional<Expression> compile(YamlNode at, Vocabulary vocabulary, Problems problems) {
        if (!(at instanceof YamlNode.Scalar scalar) || scalar.value() == null) {
            problems.add(at, "an expression is " + at.kind(), "a CEL text", "quote it");
            return Optional.empty();
        }
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setOptions(OPTIONS)
                .setResultType(SimpleType.BOOL);
        vocabulary.types().forEach(builder::addVar);
        if (vocabulary.hasLevels()) {
            builder.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                    SLI, CelOverloadDecl.newGlobalOverload("sli_string", SimpleType.DOUBLE, SimpleType.STRING)));
        }
        CelValidationResult result = builder.build().compile(scalar.source());
        if (result.hasError()) {
            CelIssue first = result.getErrors().get(0);
            problems.add(
                    at,
                    "expression '" + scalar.source() + "' does not compile at column "
                            + (first.getSourceLocation().getColumn() + 1) + ": " + first.getMessage(),
                    "a yes-or-no question over "
                            + String.join(", ", new TreeSet<>(vocabulary.types().keySet())),
                    "mend it");
            return Optional.empty();
        }
        try {
            CelAbstractSyntaxTree ast = result.getAst();
            Set<String> names = new TreeSet<>();
            ast.getReferenceMap().values().forEach(reference -> {
                if (vocabulary.types().containsKey(reference.name())) {
                    names.add(reference.name());
                }
            });
            return Optional.of(new Expression(scalar.source(), ast, names));
        } catch (CelValidationException e) {
            throw new IllegalStateException("compiled without an error, yet invalid: " + scalar.source(), e);
        }
    }

    public String source() {
        return source;
    }

    /** Names of the vocabulary that it looks at, in order. */
    public Set<String> names() {
        return Set.copyOf(names);
    }

    /** The facts live for one call only, so that it does not matter that the function closes over them. */
    @SuppressWarnings("Immutable")
    public Answer ask(Facts facts) {
        CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
                .setOptions(OPTIONS)
                .addFunctionBindings(ImmutableSet.of(CelFunctionBinding.from(
                        "sli_string", String.class, name -> facts.sli().applyAsDouble(name))))
                .build();
        try {
            Object answer = runtime.createProgram(ast).eval(facts.values());
            if (answer instanceof Boolean held) {
                return new Answer(held, null);
            }
            return new Answer(false, "'" + source + "' has no answer: " + answer);
        } catch (CelEvaluationException e) {
            return new Answer(false, "'" + source + "' cannot be answered: " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return source;
    }
}
