# Sourced by the commands of this directory: finds java, builds where there is nothing to run, and
# defines the command `sparrow_java`.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
spark="$root/spark-integration/target/spark"
classes="$root/benchmarks/target/classes"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

fail() {
  printf 'benchmarks: %s\n' "$1" >&2
  exit 2
}

command -v "$java" >/dev/null 2>&1 ||
  fail "expects a JDK 17 or later, got none at '$java'; install one or set JAVA_HOME"

built="$root/benchmarks/target/built"
if [ ! -f "$built" ] || [ -n "$(cd "$root" && find pom.xml {core,spark-integration,benchmarks}/pom.xml \
    {core,spark-integration,benchmarks}/src/main -newer "$built" 2>/dev/null | head -n 1)" ]; then
  printf 'benchmarks: building, once\n' >&2
  (cd "$root" && ./mvnw -q -B -Dmaven.test.skip=true -Dspotless.check.skip -Dcheckstyle.skip \
      -Dlint.fails=false -pl benchmarks -am package >&2) || fail "the build failed, see above"
  touch "$built"
fi

# The kernels run one thread per compute thread; more would fight over the cores.
export OMP_NUM_THREADS=1
export SPARK_LOCAL_IP="${SPARK_LOCAL_IP:-127.0.0.1}"

# The command of a JVM as the launcher starts it; a class and its arguments follow.
sparrow_java=("$java" -Xmx4g -XX:+UseParallelGC "@$spark/java-options" -cp
  "$root/conf:$spark/jars/*:$root/spark-integration/target/sparrow-assembly.jar:$root/benchmarks/target/jmh/*:$classes")
