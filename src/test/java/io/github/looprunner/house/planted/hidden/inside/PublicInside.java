package io.github.looprunner.house.planted.hidden.inside;

public class PublicInside {}
