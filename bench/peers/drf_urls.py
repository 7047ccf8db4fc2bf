from datetime import date

from django.urls import path
from rest_framework import generics, serializers

from tinhso.places.models import Unit


class UnitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Unit
        fields = ["uid", "code", "level", "type", "name", "parent_uid", "valid_from", "valid_to", "source"]


class Units(generics.ListAPIView):
    serializer_class = UnitSerializer

    def get_queryset(self):
        day = date.fromisoformat(self.request.query_params["as_of"])
        return Unit.objects.as_of(day).filter(level=self.request.query_params["level"])


urlpatterns = [path("units", Units.as_view())]
