"""/portrait-recipes: what portraits were asked for, saved under a name, without whose they were."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.guards import editable, gallery_for, user_of
from webapp.models import PortraitRecipe
from webapp.selectors import portrait_recipes
from webapp.services.portrait_recipes import LONGEST, recipe_delete, recipe_save


class RecipeInput(serializers.Serializer):
    gallery = serializers.UUIDField(required=False, help_text="Your own when left out.")
    name = serializers.CharField(max_length=LONGEST, help_text="One of that name is replaced.")
    options = serializers.DictField(
        help_text="As /capabilities describes them for the kind `portraits`; faces are left out."
    )


class RecipeOutput(serializers.ModelSerializer):
    options = serializers.SerializerMethodField()

    class Meta:
        model = PortraitRecipe
        fields = ("id", "gallery", "name", "options", "created")

    @extend_schema_field(serializers.JSONField())
    def get_options(self, recipe: PortraitRecipe) -> dict[str, Any]:
        """To be sent to /portraits with a face, or to another installation."""
        return dict(recipe.options)


class RecipeList(ListAPIView):
    serializer_class = RecipeOutput

    def get_queryset(self) -> QuerySet[PortraitRecipe]:
        return portrait_recipes.visible_to(self.request.user)

    def get(self, request: Request) -> Response:
        """The recipes of your galleries, by name."""
        return self.list(request)

    @extend_schema(request=RecipeInput, responses={201: RecipeOutput})
    def post(self, request: Request) -> Response:
        """Save one."""
        user, data = user_of(request), RecipeInput(data=request.data)
        data.is_valid(raise_exception=True)
        said = data.validated_data
        recipe = recipe_save(
            gallery=gallery_for(user, said.get("gallery")), name=said["name"],
            options=said["options"], by=user,
        )  # fmt: skip
        return Response(RecipeOutput(recipe).data, status=201)


class RecipeDetail(APIView):
    @extend_schema(responses=RecipeOutput)
    def get(self, request: Request, recipe_id: UUID) -> Response:
        """One recipe."""
        row = get_object_or_404(portrait_recipes.visible_to(request.user), pk=recipe_id)
        return Response(RecipeOutput(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, recipe_id: UUID) -> Response:
        """Forget it; what was made by it stays."""
        user = user_of(request)
        mine = portrait_recipes.editable_by(user)
        recipe_delete(recipe=editable(portrait_recipes.visible_to(user), mine, recipe_id))
        return Response(status=204)
