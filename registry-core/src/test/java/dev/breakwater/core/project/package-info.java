@NullMarked
package dev.breakwater.core.project;

import org.jspecify.annotations.NullMarked;
