/** Parts of the program that a request passes many times, measured alone with JMH. */
@NullMarked
package dev.breakwater.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
