package io.github.looprunner.house;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The public and protected types of some packages with the members they declare, as sorted lines.
 *
 * <p>What a public type inherits from a hidden one counts as its own.
 */
final class PublicApi {

    private PublicApi() {}

    static String of(Collection<Class<?>> types) {
        return types.stream()
                .filter(PublicApi::isVisible)
                .map(PublicApi::describe)
                .sorted()
                .collect(joining("\n"));
    }

    private static boolean isVisible(Class<?> type) {
        boolean enclosingIsVisible = Optional.ofNullable(type.getDeclaringClass())
                .map(PublicApi::isVisible)
                .orElse(true);
        return enclosingIsVisible && isVisible(type.getModifiers()) && !type.isSynthetic() && !type.isAnonymousClass();
    }

    private static boolean isVisible(Member member) {
        return isVisible(member.getModifiers()) && !member.isSynthetic();
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String describe(Class<?> type) {
        return header(type) + "\n"
                + members(type)
                        .distinct()
                        .sorted()
                        .map(line -> "    " + line + "\n")
                        .collect(joining());
    }

    private static String header(Class<?> type) {
        List<String> words = new ArrayList<>();
        words.add(type.getName());
        words.add(typeParameters(type));
        words.add(":");
        words.add(
                modifiers(type.getModifiers() & ~(Modifier.INTERFACE | (type.isInterface() ? Modifier.ABSTRACT : 0))));
        words.add(type.isSealed() ? "sealed" : "");
        words.add(kind(type));
        words.add(supertype(type).map(name -> "extends " + name).orElse(""));
        words.add(interfaces(type));
        return join(words);
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface";
        }
        if (type.isInterface()) {
            return "interface";
        }
        if (type.isEnum()) {
            return "enum";
        }
        return type.isRecord() ? "record" : "class";
    }

    private static Optional<String> supertype(Class<?> type) {
        boolean implied = type.getSuperclass() == null
                || isHidden(type.getSuperclass(), type)
                || type.getSuperclass() == Object.class
                || type.isEnum()
                || type.isRecord();
        return implied
                ? Optional.empty()
                : Optional.of(type.getGenericSuperclass().getTypeName());
    }

    private static String interfaces(Class<?> type) {
        if (type.isAnnotation() || type.getInterfaces().length == 0) {
            return "";
        }
        return (type.isInterface() ? "extends " : "implements ")
                + names(type.getGenericInterfaces()).sorted().collect(joining(", "));
    }

    private static Stream<String> members(Class<?> type) {
        return Stream.of(
                        Arrays.stream(type.getDeclaredFields())
                                .filter(PublicApi::isVisible)
                                .map(PublicApi::field),
                        Arrays.stream(type.getDeclaredConstructors())
                                .filter(PublicApi::isVisible)
                                .map(PublicApi::constructor),
                        methods(type).filter(PublicApi::isVisible).map(PublicApi::method))
                .flatMap(lines -> lines);
    }

    private static Stream<Method> methods(Class<?> type) {
        Stream<Method> declared = Arrays.stream(type.getDeclaredMethods());
        Class<?> parent = type.getSuperclass();
        return parent != null && isHidden(parent, type) ? Stream.concat(declared, methods(parent)) : declared;
    }

    private static boolean isHidden(Class<?> parent, Class<?> type) {
        return !isVisible(parent) && parent.getPackage() == type.getPackage();
    }

    private static String field(Field field) {
        return join(
                List.of(modifiers(field.getModifiers()), field.getGenericType().getTypeName(), field.getName()));
    }

    private static String constructor(Constructor<?> constructor) {
        return join(List.of(
                modifiers(constructor.getModifiers()),
                typeParameters(constructor),
                "new" + parameters(constructor),
                exceptions(constructor)));
    }

    private static String method(Method method) {
        boolean inInterface = method.getDeclaringClass().isInterface();
        return join(List.of(
                modifiers(method.getModifiers() & (inInterface ? ~Modifier.ABSTRACT : ~0)),
                method.isDefault() ? "default" : "",
                typeParameters(method),
                method.getGenericReturnType().getTypeName(),
                method.getName() + parameters(method),
                exceptions(method),
                defaultValue(method)));
    }

    private static String parameters(Executable executable) {
        String types = names(executable.getGenericParameterTypes()).collect(joining(", ", "(", ")"));
        return executable.isVarArgs() ? types.replaceFirst("\\[]\\)$", "...)") : types;
    }

    private static String exceptions(Executable executable) {
        return executable.getExceptionTypes().length == 0
                ? ""
                : "throws "
                        + names(executable.getGenericExceptionTypes()).sorted().collect(joining(", "));
    }

    private static String defaultValue(Method method) {
        Object value = method.getDefaultValue();
        if (value == null) {
            return "";
        }
        String text = Arrays.deepToString(new Object[] {value});
        return "default " + text.substring(1, text.length() - 1);
    }

    private static String typeParameters(GenericDeclaration declaration) {
        TypeVariable<?>[] variables = declaration.getTypeParameters();
        return variables.length == 0
                ? ""
                : Arrays.stream(variables).map(PublicApi::typeParameter).collect(joining(", ", "<", ">"));
    }

    private static String typeParameter(TypeVariable<?> variable) {
        String bounds = names(variable.getBounds()).collect(joining(" & "));
        return bounds.equals("java.lang.Object") ? variable.getName() : variable.getName() + " extends " + bounds;
    }

    private static Stream<String> names(Type[] types) {
        return Arrays.stream(types).map(Type::getTypeName);
    }

    /** Only what a caller sees: neither {@code synchronized} nor the flags of varargs and bridges. */
    private static String modifiers(int modifiers) {
        return Modifier.toString(modifiers
                & (Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT));
    }

    private static String join(List<String> words) {
        return words.stream().filter(word -> !word.isEmpty()).collect(joining(" "));
    }
}
