package io.sparrowml.memory;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test, and its {@code @BeforeEach} methods, a root arena of their own as a parameter, and
 * fails the test when closing that arena afterwards finds something left open in it.
 */
public final class ArenaExtension implements ParameterResolver, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(ArenaExtension.class);
  private static final long LIMIT_BYTES = 1L << 30;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == Arena.class && test.getTestMethod().isPresent();
  }

  @Override
  public Arena resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            Arena.class, type -> Arena.root(test.getDisplayName(), LIMIT_BYTES), Arena.class);
  }

  @Override
  public void afterEach(ExtensionContext test) {
    Arena arena = test.getStore(NAMESPACE).remove(Arena.class, Arena.class);
    if (arena != null) {
      arena.close();
    }
  }
}
